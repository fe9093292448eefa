package miniprogram_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"

	"github.com/google/go-cmp/cmp"
)

func TestContainerSignature(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]miniprogram.UploadSignature{
		goodSignature: {Signature: "c2lnbmVk", Version: "2.1.42"},
		"\uFEFF{ \"signature\" : \"eA==\" , \"more\" : [1] }": {Signature: "eA=="},

		"":                                 {},
		"null":                             {},
		"{}":                               {},
		"[]":                               {},
		`"c2lnbmVk"`:                       {},
		"c2lnbmVk":                         {},
		`{"signature":""}`:                 {},
		`{"signature":null}`:               {},
		`{"signature":1}`:                  {},
		`{"Signature":"eA=="}`:             {},
		`{"signature":"eA==","version":2}`: {},
		`{"signature":"eA=="} {}`:          {},
		"{\"signature\":\"\xc4\xe3\"}":     {},
		`{"signature":"` + strings.Repeat("A", 16<<10) + `"}`: {},
	} {
		c := opened(t, minimal().with(project{"ci.signature": content}).box().body(t), miniprogram.Options{})
		got, err := c.Signature()
		if got != want {
			t.Errorf("%.40s: %+v, want %+v", content, got, want)
		}
		if want.Signature == "" && (!errors.Is(err, miniprogram.ErrNoSignature) || !errors.Is(err, platform.ErrInvalid)) {
			t.Errorf("%.40s: error %v", content, err)
		}
	}
	for _, name := range []string{"/other", "/m/ci.signature", "/CI.signature"} {
		b := minimal().box()
		b.files[len(b.files)-1].name = name
		if _, err := opened(t, b.body(t), miniprogram.Options{}).Signature(); !errors.Is(err, miniprogram.ErrNoSignature) {
			t.Errorf("signature as %s: %v", name, err)
		}
	}
}

func TestContainerExt(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]platform.CodeExt{
		"{}": {JSON: "{}"},
		"\uFEFF{\n \"extEnable\" : true,\n \"extAppid\": \"wx00000000000000a1\", \"directCommit\": true, \"ext\": {\"a\": [ 1 ]}}": {
			Enable: true, Appid: "wx00000000000000a1", DirectCommit: true,
			JSON: `{"extEnable":true,"extAppid":"wx00000000000000a1","directCommit":true,"ext":{"a":[1]}}`,
		},
		`{"__warning__":"wx1 is not a 3rdMiniProgramAppid, \"}"}`: {JSON: "{}"},
		`{"a":1,"__warning__":{},"b":{"__warning__":2}}`:          {JSON: `{"a":1,"b":{"__warning__":2}}`},
		`{"extEnable":false,"directCommit":true}`:                 {DirectCommit: true, JSON: `{"extEnable":false,"directCommit":true}`},
		`{"extenable":true,"EXTAPPID":"x"}`:                       {JSON: `{"extenable":true,"EXTAPPID":"x"}`},
		`{"extEnable":null}`:                                      {JSON: `{"extEnable":null}`},
		`{"\u0061":"<\u4f60>"}`:                                   {JSON: `{"\u0061":"<\u4f60>"}`},
	} {
		c := opened(t, minimal().with(project{"ext.json": content}).box().body(t), miniprogram.Options{})
		got, err := c.Ext()
		if err != nil {
			t.Errorf("%s: %v", content, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", content, diff)
		}
		b := built(t)(c.Build(miniprogram.Options{}))
		if !strings.Contains(strings.Join(filePaths(b), " "), "ext.json") {
			t.Errorf("ext.json is no file of the package: %s", filePaths(b))
		}
	}
	if got, err := opened(t, minimal().box().body(t), miniprogram.Options{}).Ext(); err != nil || got != (platform.CodeExt{JSON: "{}"}) {
		t.Errorf("without ext.json: %+v, %v", got, err)
	}
	inner := minimal().under("m").with(project{"project.config.json": `{"miniprogramRoot":"m"}`, "m/ext.json": `{"extEnable":true}`})
	if got, err := opened(t, inner.box().body(t), miniprogram.Options{}).Ext(); err != nil || !got.Enable {
		t.Errorf("under miniprogramRoot: %+v, %v", got, err)
	}
	for content, want := range map[string]string{
		"":                   "ext.json, line 1, column 1",
		"[]":                 "must be a JSON object",
		"{\n//\n}":           "ext.json, line 2, column 1",
		`{"extEnable":"1"}`:  `"extEnable" must be true or false`,
		`{"extAppid":1}`:     `"extAppid" must be a string`,
		`{"directCommit":1}`: `"directCommit" must be true or false`,
	} {
		_, err := opened(t, minimal().with(project{"ext.json": content}).box().body(t), miniprogram.Options{}).Ext()
		refused(t, nil, err, want)
	}
}

// The uploader's remark makes no other package of the same code.
func TestContainerWithoutWarning(t *testing.T) {
	t.Parallel()
	const clean = `{"pages":["pages/index/index"],"window":{"title":"<\u4f60>"}}`
	want := built(t)(miniprogram.FromFS(minimal().with(project{"app.json": clean}).fs(), miniprogram.Options{}))
	for name, app := range map[string]string{
		"first":  `{"__warning__":"wx1 is not a 3rdMiniProgramAppid",` + clean[1:],
		"last":   clean[:len(clean)-1] + `,"__warning__":{"a":1}}`,
		"twice":  `{"__warning__":1,"__warning__":2,` + clean[1:],
		"spaced": "\uFEFF{\n \"__warning__\" : 1 ,\n  \"pages\" : [ \"pages/index/index\" ] , \"window\":{\"title\":\"<\\u4f60>\"} }",
	} {
		got := built(t)(opened(t, minimal().with(project{"app.json": app}).box().body(t), miniprogram.Options{}).Build(miniprogram.Options{}))
		if diff := cmp.Diff(want.Package, got.Package); diff != "" {
			t.Errorf("%s: package (-folder +container):\n%s", name, diff)
		}
	}
	// Below miniprogramRoot, too, and nowhere else.
	p := minimal().with(project{"app.json": `{"__warning__":1,` + clean[1:], "other.json": `{"__warning__":1}`}).under("m").
		with(project{"project.config.json": `{"miniprogramRoot":"m"}`})
	b := built(t)(opened(t, p.box().body(t), miniprogram.Options{}).Build(miniprogram.Options{}))
	files, err := miniprogram.Open(b.Content, b.Content.Size())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"app.json": clean, "other.json": `{"__warning__":1}`} {
		if got, err := fs.ReadFile(files, name); err != nil || string(got) != want {
			t.Errorf("%s = %s, %v", name, got, err)
		}
	}
}

func TestRefusedContainerProjects(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		project project
		want    string
	}{
		"no app.json":          {minimal().without("app.json"), "no app.json"},
		"in a folder":          {minimal().under("shop"), `there is "shop/app.json"`},
		"app.json no JSON":     {minimal().with(project{"app.json": "__warning__"}), "app.json, line 1"},
		"a page missing":       {minimal().with(project{"app.json": `{"__warning__":1,"pages":["a"]}`}), "lists the page"},
		"config no JSON":       {minimal().with(project{"project.config.json": "{"}), "project.config.json, line 1"},
		"app.json over 1 MiB":  {minimal().with(project{"app.json": `{"pages":["pages/index/index"]}` + strings.Repeat(" ", 1<<20)}), "at most 1048576"},
		"a root that is empty": {minimal().with(project{"project.config.json": `{"miniprogramRoot":"m"}`}), "no m/app.json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, err := opened(t, c.project.box().body(t), miniprogram.Options{}).Build(miniprogram.Options{})
			refused(t, b, err, c.want)
		})
	}
}
