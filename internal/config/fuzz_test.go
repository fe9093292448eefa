package config_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"draftbox/internal/config"
)

// FuzzLoad: no world file makes the loader panic or hang, and what is wrong is
// told with lines that the file has.
func FuzzLoad(f *testing.F) {
	dir := folder(f, map[string]string{"secret": "0123456789abcdef0123456789abcdef"})
	f.Add([]byte(full))
	f.Add(config.Starter())
	for _, seed := range []string{
		"", "~", "components", "components: [", "components: []\n---\n", `{"components":[{"appid":"\ud83d\ude00"}]}`,
		"components: [&a {appid: wx0000000000000001, <<: *a}]", "components:\n- &c {<<: [*c, *c]}", "a: &a [*a]",
		"components: [{secret_file: secret, switches: {token_grace: 1h}, quotas: {limits: {/a: 1, 2: 3}}}]",
		"components: [{audit: {rules: [{match: {appid: x}}]}, authorizers: [{privacy: {a: [1]}, func_ids: [1, x]}]}]",
		"? [a]\n: b", "!!binary x", "components: !!str [x]", "\ufeffcomponents: []", "components: 2001-01-01",
	} {
		f.Add([]byte(seed))
	}
	path := filepath.Join(dir, "draftbox.yaml")
	f.Fuzz(func(t *testing.T, data []byte) {
		w, err := config.Parse(data, path)
		var all *config.Error
		switch {
		case err == nil:
			if err := w.Check(); err != nil {
				t.Errorf("a world that was loaded is wrong: %v", err)
			}
		case !errors.As(err, &all) || len(all.Problems) == 0:
			t.Errorf("the error is %v", err)
		default:
			lines := strings.Count(string(data), "\n") + strings.Count(string(data), "\r") + strings.Count(string(data), "\u2028") + strings.Count(string(data), "\u2029") + strings.Count(string(data), "\u0085") + 1
			for _, p := range all.Problems {
				if p.Line < 0 || p.Line > lines+1 || p.Text == "" {
					t.Errorf("problem %+v of a file of %d lines", p, lines)
				}
			}
		}
	})
}
