package miniprogram_test

import (
	"strings"
	"testing"

	"draftbox/internal/miniprogram"

	"github.com/google/go-cmp/cmp"
)

func TestPackOptions(t *testing.T) {
	t.Parallel()
	extra := []string{"docs/a.md", "docs/b/c.JS", "docs2/a.js", "test-a.js", "x/Test-b.js", "x/y.spec.js"}
	for name, c := range map[string]struct {
		options string
		leftOut string // of the extra files
	}{
		"none":             {`{}`, ""},
		"empty":            {`{"ignore":[],"include":[]}`, ""},
		"file":             {`{"ignore":[{"type":"file","value":"docs/b/c.js"}]}`, "docs/b/c.JS"},
		"file with ./":     {`{"ignore":[{"type":"file","value":"./test-a.js"}]}`, "test-a.js"},
		"folder":           {`{"ignore":[{"type":"folder","value":"Docs"}]}`, "docs/a.md docs/b/c.JS"},
		"folder, slashes":  {`{"ignore":[{"type":"folder","value":"/docs/b/"}]}`, "docs/b/c.JS"},
		"folder, the root": {`{"ignore":[{"type":"folder","value":"./"}]}`, ""},
		"suffix":           {`{"ignore":[{"type":"suffix","value":".MD"}]}`, "docs/a.md"},
		"prefix":           {`{"ignore":[{"type":"prefix","value":"test-"}]}`, "test-a.js x/Test-b.js"},
		"empty values":     {`{"ignore":[{"type":"suffix","value":""},{"type":"prefix","value":""},{"type":"file","value":""}]}`, ""},
		"glob":             {`{"ignore":[{"type":"glob","value":"docs/**/*.js"}]}`, "docs/b/c.JS"},
		"glob, one level":  {`{"ignore":[{"type":"glob","value":"*/*.js"}]}`, "docs2/a.js x/Test-b.js x/y.spec.js"},
		"glob, all":        {`{"ignore":[{"type":"glob","value":"docs/**"}]}`, "docs/a.md docs/b/c.JS"},
		"glob, any depth":  {`{"ignore":[{"type":"glob","value":"**/test-?.js"}]}`, "test-a.js x/Test-b.js"},
		"regexp":           {`{"ignore":[{"type":"regexp","value":"\\.spec\\.js$"}]}`, "x/y.spec.js"},
		"regexp, upper":    {`{"ignore":[{"type":"regexp","value":"^DOCS\\D"}]}`, "docs/a.md docs/b/c.JS"},
		"not understood":   {`{"ignore":[{"type":"regexp","value":"(?=docs)"},{"type":"regexp","value":"("},{"type":"mime","value":"x"}]}`, ""},
		"include":          {`{"ignore":[{"type":"folder","value":"docs"}],"include":[{"type":"suffix","value":".md"}]}`, "docs/b/c.JS"},
		"never app.json":   {`{"ignore":[{"type":"file","value":"app.json"}]}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := project{"project.config.json": `{"miniprogramRoot":"m","packOptions":` + c.options + `}`}
			p := minimal().under("m").with(config)
			want := minimal()
			for _, path := range extra {
				p["m/"+path] = ""
				if !strings.Contains(" "+c.leftOut+" ", " "+path+" ") {
					want[path] = ""
				}
			}
			b := built(t)(miniprogram.FromFS(p.fs(), miniprogram.Options{}))
			if diff := cmp.Diff(want.paths(), filePaths(b)); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

func TestForeignRoots(t *testing.T) {
	t.Parallel()
	p := minimal().with(project{
		"project.config.json":       `{"cloudfunctionRoot":"cloudfunctions/","pluginRoot":"./plugin","qcloudRoot":"./"}`,
		"cloudfunctions/f/index.js": "",
		"plugin/plugin.json":        "",
		"plugins/a.js":              "",
	})
	b := built(t)(miniprogram.FromFS(p.fs(), miniprogram.Options{}))
	want := p.without("cloudfunctions/f/index.js", "plugin/plugin.json").paths()
	if diff := cmp.Diff(want, filePaths(b)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}
