package adminapi_test

import "testing"

func TestTemplateDetail(t *testing.T) {
	t.Parallel()
	run(t, []row{
		{name: "shown", url: component + "/templates/0", status: 200, has: []string{
			`"template_id":0`, `"user_version":"1.0.0"`, `"pages":["pages/index/index","packageA/detail"]`,
			`"subpackages":[{"root":"packageA","name":"","independent":false,"pages":["detail"],`,
			`"app_json":{"pages":["pages/index/index"],"subPackages":[{"root":"packageA","pages":["detail"]}]}`,
			`"files":[{"path":"app.js","size":7},{"path":"app.json",`,
		}},
		{name: "not there", url: component + "/templates/1", status: 404, has: []string{"has no template 1"}},
		{name: "no id", url: component + "/templates/x", status: 404},
		{name: "of nobody", url: "/_draftbox/v1/components/wx00000000000000ff/templates/0", status: 404, has: []string{"there is no component"}},
	})
}
