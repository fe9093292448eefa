package console

import (
	"slices"
	"strings"

	"draftbox/internal/apidoc"
)

// codeView is a row of the table of return codes.
type codeView struct {
	apidoc.ErrorCode
	Cause, Solution string
	Tone            string
	Source          string // key of who tells of it
	Returned        bool   // the call was answered with it
}

// sources are the texts of where a return code is known from.
var sources = map[string]string{
	"page": "explore.source_page", "observed": "explore.source_observed", "list": "explore.source_list", "decided": "explore.source_decided",
}

// codesOf is the table of a call. The row that an answer came of is marked and becomes
// the answer's; of several with its code it is the one whose text came.
func codesOf(t *texts, op *apidoc.Operation, made *answerView) []codeView {
	var out []codeView
	rows := op.Errors
	if made != nil && made.code != 0 && !slices.ContainsFunc(rows, func(e apidoc.ErrorCode) bool { return e.Code == made.code }) {
		rows = slices.Concat(rows, slices.DeleteFunc(slices.Clone(apidoc.WeChat().Errors), func(e apidoc.ErrorCode) bool { return e.Code != made.code }))
	}
	best := -1
	for i, e := range rows {
		v := codeView{ErrorCode: e, Cause: e.Cause.In(t.name), Solution: e.Solution.In(t.name), Source: sources[e.Source], Tone: "refused"}
		switch {
		case e.Code == 0:
			v.Tone = "ok"
		case e.Code < 0:
			v.Tone = "broken"
		}
		if made != nil && e.Code == made.code && (best < 0 || !saysSo(rows[best].Errmsg, made.Errmsg) && saysSo(e.Errmsg, made.Errmsg)) {
			best = i
		}
		out = append(out, v)
	}
	if best >= 0 {
		out[best].Returned = true
		made.Row = &out[best]
	}
	return out
}

// saysSo reports whether an errmsg is a row's text, which may have a blank in it.
func saysSo(row, errmsg string) bool {
	begin, _, _ := strings.Cut(row, "{")
	return strings.HasPrefix(errmsg, begin)
}
