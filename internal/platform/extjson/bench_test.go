package extjson_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"draftbox/internal/platform/extjson"
)

// big is a template of 300 pages, a third of them in ten sub-packages.
func big() extjson.Template {
	var app strings.Builder
	var files []string
	app.WriteString(`{"pages":[`)
	for i := range 200 {
		page := fmt.Sprintf("pages/module%03d/index/index", i)
		fmt.Fprintf(&app, "%q,\n", page)
		files = append(files, page+".js", page+".wxml")
	}
	app.WriteString(`"pages/home/home"],"subPackages":[{"root":"last","pages":[]}`)
	files = append(files, "pages/home/home.js")
	for i := range 10 {
		fmt.Fprintf(&app, `,{"root":"sub%d","pages":["start"`, i)
		files = append(files, fmt.Sprintf("sub%d/start.js", i))
		for j := range 9 {
			fmt.Fprintf(&app, `,"page%d/index"`, j)
			files = append(files, fmt.Sprintf("sub%d/page%d/index.js", i, j))
		}
		app.WriteString("]}")
	}
	app.WriteString(`],"window":{"navigationBarTitleText":"示例"},"tabBar":{"list":[{"pagePath":"pages/home/home","text":"首页"}]}}`)
	slices.Sort(files)
	return extjson.Template{AppJSON: []byte(app.String()), Files: files}
}

const usual = `{"extAppid":"wxf9c4501a76931b33","ext":{"shop":"七号店","host":"https://shop.example.com","id":7},"window":{"navigationBarTitleText":"七号店"}}`

func BenchmarkMerge(b *testing.B) {
	template := big()
	prepared := extjson.Prepare(template)
	all, faults := prepared.Merge("{}", extjson.Rights{})
	if len(faults) > 0 || len(all.Pages) != 301 {
		b.Fatal(lines(faults))
	}
	everyPage := fmt.Sprintf(`{"pages":[%s]}`, `"`+strings.Join(all.Pages[:all.MainPages], `","`)+`"`)
	for name, merge := range map[string]func() (*extjson.Config, []extjson.Fault){
		"read anew":       func() (*extjson.Config, []extjson.Fault) { return extjson.Merge(usual, template, extjson.Rights{}) },
		"prepared":        func() (*extjson.Config, []extjson.Fault) { return prepared.Merge(usual, extjson.Rights{}) },
		"prepared, pages": func() (*extjson.Config, []extjson.Fault) { return prepared.Merge(everyPage, extjson.Rights{}) },
		"prepared, refuse": func() (*extjson.Config, []extjson.Fault) {
			return prepared.Merge(`{"pages":["pages/hom/home"]}`, extjson.Rights{})
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if config, faults := merge(); config == nil && len(faults) == 0 {
					b.Fatal("neither merged nor refused")
				}
			}
		})
	}
}

// TestMergeAllocatesLittle counts, which no other load on the machine changes.
// It is not parallel: testing.AllocsPerRun forbids it.
func TestMergeAllocatesLittle(t *testing.T) { //nolint:paralleltest // counts all allocations of the process
	prepared := extjson.Prepare(big())
	if n := testing.AllocsPerRun(100, func() { prepared.Merge(usual, extjson.Rights{}) }); n > 30 {
		t.Errorf("a merge with a prepared template allocates %v times", n)
	}
}
