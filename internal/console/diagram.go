package console

import (
	"fmt"
	"strings"

	"draftbox/internal/platform"
)

// diagram is the life of a merchant's code as a drawing: three bands, one for each of
// its lines, with the states that hold lit and the ways on from them marked.
type diagram struct {
	Desc  string // in words, for who does not see it
	Bands []diagramBand
	Edges []diagramEdge
	Nodes []diagramNode
}

type diagramBand struct {
	Y, Height, Text int // Text is where its name stands
	Name            string
}

// diagramNode is a state. X and Y are its middle.
type diagramNode struct {
	X, Y    int
	Text    string
	Current bool
}

// Left and Top are the corner of the box around the middle.
func (n diagramNode) Left() int { return n.X - nodeWidth/2 }

// Top is described with Left.
func (n diagramNode) Top() int { return n.Y - nodeHeight/2 }

// Baseline is where the text stands.
func (n diagramNode) Baseline() int { return n.Y + 4 }

// diagramEdge is a call that leads from a state to another.
type diagramEdge struct {
	Path   string
	Text   string // empty where there is no room
	X, Y   int    // of the text
	Open   bool   // the call is possible now
	Anchor string
}

// Sizes in the units of the drawing, which is 340 wide: as much as a phone shows.
const (
	nodeWidth  = 98
	nodeHeight = 26
	left       = 52
	middle     = 170
	right      = 288
)

// diagramOf draws the state of a merchant's code.
func (c *call) diagramOf(code *platform.CodeState, steps []platform.Step) diagram {
	open := map[string]bool{}
	for _, s := range steps {
		open[s.Call] = s.Allowed()
	}
	out := diagram{Bands: []diagramBand{
		{0, 60, 14, c.texts.must("line.exp")}, {66, 176, 80, c.texts.must("line.audit")}, {248, 106, 262, c.texts.must("line.online")},
	}}
	var lit []string
	node := func(x, y int, text string, current bool) {
		out.Nodes = append(out.Nodes, diagramNode{x, y, text, current})
		if current {
			lit = append(lit, text)
		}
	}
	node(left, 38, c.texts.must("node.exp_none"), code.Exp == nil)
	node(middle, 38, c.texts.must("node.exp"), code.Exp != nil)
	for _, at := range []struct {
		x, y  int
		state platform.AuditState
	}{
		{left, 108, platform.AuditNone},
		{middle, 108, platform.AuditWaiting},
		{right, 108, platform.AuditDelayed},
		{left, 166, platform.AuditRejected},
		{middle, 166, platform.AuditPassed},
		{right, 166, platform.AuditWithdrawn},
		{middle, 220, platform.AuditReleased},
	} {
		node(at.x, at.y, c.texts.named("audit_state", stateName(at.state)), code.LastAudit == at.state)
	}
	closed := code.Online != nil && code.Visit == platform.VisitClose
	node(left, 284, c.texts.must("node.online_none"), code.Online == nil)
	node(middle, 284, c.texts.must("node.online"), code.Online != nil && !closed)
	node(right, 284, c.texts.must("node.gray"), code.Gray.Running())
	node(middle, 334, c.texts.must("node.closed"), closed)

	waiting := code.LastAudit == platform.AuditWaiting
	edge := func(call, path, label, anchor string, x, y int, from bool) {
		text := ""
		if label != "" {
			text = c.texts.must(label)
		}
		out.Edges = append(out.Edges, diagramEdge{path, text, x, y, open[call] && from, anchor})
	}
	edge(platform.StepCommit, "M101 38H119", "", "", 0, 0, true)
	edge("submit_audit", "M170 51V88", "event.submit_audit", "start", 176, 78, true)
	// Under review and delayed are one box: what a reviewer decides holds of both.
	edge("delay", "M219 108H237", "", "", 0, 0, waiting)
	edge("reject", "M130 124L88 151", "event.reject", "end", 100, 138, true)
	edge("pass", "M170 124V151", "event.pass", "start", 176, 142, true)
	edge("undocodeaudit", "M288 124V151", "event.undocodeaudit", "end", 282, 142, true)
	edge("release", "M170 179V205", "event.release", "end", 164, 196, true)
	edge("release", "M170 233V269", "", "", 0, 0, true)
	edge("grayrelease", "M219 174C262 186 288 206 288 269", "node.to_gray", "start", 290, 222, true)
	edge("release", "M239 284H221", "", "", 0, 0, code.Gray.Running())
	edge(platform.StepVisit, "M162 297V319", "", "", 0, 0, !closed)
	edge(platform.StepVisit, "M178 321V299", "", "", 0, 0, closed)
	out.Desc = c.texts.must("diagram.desc", "states", strings.Join(lit, c.texts.must("list.and")), "calls", c.possible(steps))
	return out
}

// possible lists the calls that are possible now.
func (c *call) possible(steps []platform.Step) string {
	var out []string
	for _, s := range steps {
		if s.Allowed() {
			out = append(out, c.texts.named("event", s.Call))
		}
	}
	return strings.Join(out, c.texts.must("list.and"))
}

// ViewBox is the size of the drawing.
func (d diagram) ViewBox() string { return fmt.Sprintf("0 0 340 %d", 356) }
