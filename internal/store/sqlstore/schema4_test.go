package sqlstore_test

import (
	"fmt"
	"slices"
	"testing"

	"draftbox/internal/platform"
)

// TestSchema4: code that was committed and released before is found by its template.
func TestSchema4(t *testing.T) {
	t.Parallel()
	const component = "wx00000000000000a1"
	code := func(merchant, state string) string {
		return fmt.Sprintf(`insert into code_states (component_appid, authorizer_appid, state) values ('%s', '%s', '%s')`, component, merchant, state)
	}
	statements := []string{
		`insert into components (appid, name, secret, token, encoding_aes_key, event_url, message_url, ip_allowlist, settings, created_at,
			next_draft_id, next_template_id, rev) values ('` + component + `', '平台', 's', 't', 'k', '', '', '[]', '{}', 1, 3, 4, 5)`,
		code("wx00000000000000b1", `{"exp":{"template_id":0}}`),
		code("wx00000000000000b2", `{"exp":{"template_id":3},"online":{"template_id":0}}`),
		code("wx00000000000000b3", `{}`),
	}
	for name, url := range map[string]func(*testing.T) string{"File": file, "Postgres": database} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u, driver := url(t), "sqlite"
			if name == "Postgres" {
				driver = "pgx"
			}
			databaseOf(t, 3, driver, u, statements...)
			s := open(t, u)
			must(t, s.View(t.Context(), func(r platform.Reader) error {
				got, err := r.TemplateUsers(t.Context(), component, 0, "", 9)
				must(t, err)
				want := []platform.TemplateUser{{AuthorizerAppid: "wx00000000000000b1", Exp: true}, {AuthorizerAppid: "wx00000000000000b2", Online: true}}
				if !slices.Equal(got, want) {
					t.Errorf("template 0 is used by %+v, want %+v", got, want)
				}
				return nil
			}))
		})
	}
}
