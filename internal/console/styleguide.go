package console

import (
	"context"
	"time"

	"draftbox/internal/platform"
)

// styleView shows each component once, for whoever changes one, and for the tests that
// photograph it.
type styleView struct {
	Table, Empty *tableView
	Cells        []cell
	Bars         []bar
	Body         body
	Notices      []notice
	Diagram      diagram
	Steps        []stepView
}

// sample is a row of the table on the style page.
type sample struct {
	name string
	n    int64
	at   time.Time
}

func (a *Console) styleguide(_ context.Context, c *call) (*answer, error) {
	l := list[sample]{
		id: "sample", sort: "version",
		key:  func(s sample) string { return s.name },
		href: func(sample) string { return "/styleguide" },
		columns: []column[sample]{
			{"version", false, func(s sample) cell { return textCell(s.name) }},
			{"size", false, func(s sample) cell { return sizeCell(s.n) }},
			{"uploaded", false, func(s sample) cell { return c.timeCell(s.at) }},
			{"errcode", true, func(sample) cell { return cell{Kind: "error", Text: "40001", Tone: "refused"} }},
		},
	}
	rows := []sample{{"1.0.0", 812, c.now.Add(-time.Minute)}, {"1.0.1", 81_200, c.now.Add(-time.Hour)}, {"2.0.0", 1_812_000, c.now.Add(-48 * time.Hour)}}
	v := styleView{
		Table: l.view(c, "/styleguide", rows, "1.0.1"), Empty: l.view(c, "/styleguide", nil, ""),
		Body: bodyOf([]byte(`{"errcode":40001,"errmsg":"invalid credential"}`), 1000),
		Bars: []bar{{"", "package.main", 900_000, 2 << 20, 43}, {"packageA", "", 2 << 20, 2 << 20, 100}},
		Cells: []cell{
			{Kind: "pill", Tone: "ok", Text: c.texts.must("outcome.ok")},
			{Kind: "pill", Tone: "refused", Text: c.texts.must("outcome.refused")},
			{Kind: "pill", Tone: "broken", Text: c.texts.must("outcome.broken")},
			{Kind: "pill", Tone: "going", Text: c.texts.named("audit_state", stateName(platform.AuditWaiting))},
			{Kind: "pill", Tone: "quiet", Text: c.texts.must("push_state.waiting")},
			{Kind: "error", Tone: "ok", Text: "0"},
			{Kind: "error", Tone: "refused", Text: "61003"},
			{Kind: "error", Tone: "broken", Text: "-1"},
			codeCell("wx0000000000000001"), sizeCell(1_812_000), c.timeCell(c.now.Add(-time.Hour)),
		},
		Notices: []notice{{"ok", c.texts.must("done.added", "id", 7)}, {"refused", c.texts.must("told.no_reason")}, {"broken", c.texts.must("told.unavailable")}},
	}
	code := platform.CodeState{Exp: &platform.ExpVersion{}, LastAudit: platform.AuditPassed, Online: &platform.Release{}}
	steps := code.Steps(nil, c.now)
	v.Diagram = c.diagramOf(&code, steps)
	for _, s := range steps[1:4] { // one of each look
		v.Steps = append(v.Steps, stepView{Step: s, Label: s.Call, Action: "/styleguide", Fields: s.Call == "submit_audit"})
	}
	v.Table.chips(c, "outcome", "", "ok", "refused", "broken")
	v.Table.Empty, v.Empty.Empty = "templates.empty", "templates.empty"
	return c.bare("styleguide", v), nil
}
