package api_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"draftbox/api/apitest"
)

func TestUploaderDocument(t *testing.T) {
	t.Parallel()
	v := apitest.Uploader(t)
	for _, op := range operations(v.Spec()) {
		chinese, english, ok := strings.Cut(op.Summary, " · ")
		if !ok || !isChinese(chinese) || english == "" {
			t.Errorf("%s: summary %q is not Chinese · English", op.OperationID, op.Summary)
		}
		if statuses := slices.Collect(maps.Keys(op.Responses.Map())); !slices.Equal(statuses, []string{"200"}) {
			t.Errorf("%s: statuses are %v, want 200 alone", op.OperationID, statuses)
		}
		if op.Parameters.GetByInAndName("query", "_r") == nil {
			t.Errorf("%s: the uploader sends _r", op.OperationID)
		}
	}
}

func TestUploaderErrcodeRows(t *testing.T) {
	t.Parallel()
	v := apitest.Uploader(t)
	for _, name := range v.Operations() {
		rows := v.ErrorRows(name)
		if !slices.ContainsFunc(rows, func(r apitest.ErrorRow) bool { return r.Errmsg == "wrong method" }) {
			t.Errorf("%s: says nothing of a wrong method", name)
		}
		seen := map[string]bool{}
		for _, row := range rows {
			for field, text := range map[string]string{"errmsg": row.Errmsg, "cause": row.Cause, "solution": row.Solution, "draftbox": row.Draftbox} {
				if text == "" || isChinese(text) {
					t.Errorf("%s: %s of %q is %q", name, field, row.Errmsg, text)
				}
			}
			if !isChinese(row.CauseZH) || !isChinese(row.SolutionZH) {
				t.Errorf("%s: %q has no Chinese cause and solution", name, row.Errmsg)
			}
			if !slices.Contains([]string{"observed", "decided"}, row.Source) {
				t.Errorf("%s: source of %q is %q", name, row.Errmsg, row.Source)
			}
			if row.Code == 0 || seen[row.Errmsg] {
				t.Errorf("%s: %d %q is no error or there twice", name, row.Code, row.Errmsg)
			}
			seen[row.Errmsg] = true
		}
	}
}
