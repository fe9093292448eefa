package extjson_test

import (
	stdjson "encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"draftbox/internal/platform/extjson"
)

// value draws any JSON value.
func value(depth int) *rapid.Generator[any] {
	scalars := []*rapid.Generator[any]{
		rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.StringN(0, 6, -1).AsAny(),
		rapid.Map(rapid.Int64(), func(n int64) any { return stdjson.Number(fmt.Sprint(n)) }),
	}
	if depth == 0 {
		return rapid.OneOf(scalars...)
	}
	return rapid.OneOf(append(scalars,
		rapid.SliceOfN(value(depth-1), 0, 3).AsAny(),
		rapid.MapOfN(rapid.StringN(0, 4, -1), value(depth-1), 0, 3).AsAny())...)
}

func encode(t *rapid.T, v any) string {
	data, err := stdjson.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func anyObject() *rapid.Generator[map[string]any] {
	return rapid.MapOfN(rapid.SampledFrom([]string{"x", "y", "页", "list2", "deep"}), value(2), 0, 4)
}

// drawApp draws an app.json with pages p0, p1, … and sub-packages s0, s1, ….
func drawApp(t *rapid.T) map[string]any {
	app := map[string]any{"pages": numbered("p", rapid.IntRange(1, 5).Draw(t, "pages"))}
	var subs []any
	for i := range rapid.IntRange(0, 3).Draw(t, "sub-packages") {
		subs = append(subs, map[string]any{"root": fmt.Sprint("s", i), "pages": numbered("q", rapid.IntRange(1, 3).Draw(t, "its pages"))})
	}
	if subs != nil {
		app[rapid.SampledFrom([]string{"subPackages", "subpackages"}).Draw(t, "spelling")] = subs
	}
	for _, name := range []string{"window", "networkTimeout", "permission", "ext"} {
		if rapid.Bool().Draw(t, name) {
			app[name] = anyObject().Draw(t, name)
		}
	}
	return app
}

func numbered(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprint(prefix, i)
	}
	return out
}

// drawExt draws an ext_json; some of it fits no template.
func drawExt(t *rapid.T) map[string]any {
	ext := map[string]any{}
	for name, g := range map[string]*rapid.Generator[any]{
		"window":         anyObject().AsAny(),
		"networkTimeout": anyObject().AsAny(),
		"permission":     value(2),
		"ext":            anyObject().AsAny(),
		"extAppid":       rapid.StringN(0, 4, -1).AsAny(),
		"mine":           value(2),
		"pages":          rapid.SliceOfNDistinct(rapid.SampledFrom(numbered("p", 6)), 1, 4, rapid.ID).AsAny(),
		"tabbar":         anyObject().AsAny(),
		"subPackages": rapid.Map(rapid.IntRange(0, 3), func(n int) any {
			return []any{map[string]any{"root": fmt.Sprint("s", n), "pages": []string{"q0"}}}
		}),
	} {
		if rapid.IntRange(0, 2).Draw(t, name) == 0 {
			ext[name] = g.Draw(t, name)
		}
	}
	return ext
}

func TestMergingNothingChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		app := encode(t, drawApp(t))
		config, faults := extjson.Merge("{}", extjson.Template{AppJSON: []byte(app)}, extjson.Rights{})
		if len(faults) > 0 || string(config.AppJSON) != app {
			t.Fatalf("{} made of\n%s\nfaults %s", app, lines(faults))
		}
	})
}

func TestMergingTwiceIsMergingOnce(t *testing.T) {
	t.Parallel()
	var accepted int
	rapid.Check(t, func(t *rapid.T) {
		template := extjson.Template{AppJSON: []byte(encode(t, drawApp(t)))}
		ext := encode(t, drawExt(t))
		once, faults := extjson.Merge(ext, template, extjson.Rights{})
		if len(faults) > 0 {
			if once != nil {
				t.Fatal("refused, but there is a configuration")
			}
			return
		}
		accepted++
		twice, faults := extjson.Merge(ext, extjson.Template{AppJSON: once.AppJSON}, extjson.Rights{})
		if diff := cmp.Diff(once, twice); diff != "" || len(faults) > 0 {
			t.Fatalf("%s\nmerged again (-once +twice):\n%s%s", ext, diff, lines(faults))
		}
	})
	if accepted == 0 {
		t.Error("no case was accepted")
	}
}

// TestMergedAgainstEncodingJSON merges decoded values by the rules in a few lines
// and compares.
func TestMergedAgainstEncodingJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		app, ext := drawApp(t), drawExt(t)
		config, faults := extjson.Merge(encode(t, ext), extjson.Template{AppJSON: []byte(encode(t, app))}, extjson.Rights{})
		if len(faults) > 0 {
			return
		}
		for name, v := range ext {
			switch name {
			case "tabbar":
				name = "tabBar"
			case "subPackages":
				if _, ok := app["subpackages"]; ok {
					name = "subpackages"
				}
			}
			below, both := app[name].(map[string]any)
			above, ok := v.(map[string]any)
			if both && ok && name != "ext" {
				maps.Copy(below, above)
			} else if v != nil {
				app[name] = v
			}
		}
		var want, got any
		if stdjson.Unmarshal([]byte(encode(t, app)), &want) != nil || stdjson.Unmarshal(config.AppJSON, &got) != nil {
			t.Fatalf("no JSON: %s", config.AppJSON)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("merged (-want +got):\n%s", diff)
		}
	})
}

func TestPagesAreTheTemplatesPages(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		template := extjson.Template{AppJSON: []byte(encode(t, drawApp(t)))}
		all, _ := extjson.Merge("{}", template, extjson.Rights{})
		config, faults := extjson.Merge(encode(t, drawExt(t)), template, extjson.Rights{})
		if len(faults) > 0 {
			return
		}
		for _, page := range config.Pages {
			if !slices.Contains(all.Pages, page) {
				t.Fatalf("the page %s is none of the template's %v", page, all.Pages)
			}
		}
		again, _ := extjson.Merge("{}", extjson.Template{AppJSON: config.AppJSON}, extjson.Rights{})
		if diff := cmp.Diff(config.Pages, again.Pages); diff != "" || config.MainPages != again.MainPages {
			t.Fatalf("pages and app.json differ:\n%s", diff)
		}
	})
}
