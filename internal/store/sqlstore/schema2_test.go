package sqlstore_test

import (
	"database/sql"
	"fmt"
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"draftbox/internal/platform"
	"draftbox/internal/store/sqlstore"
)

// oldDatabase makes a database as the first draftbox made it, with statements run
// in it, and leaves it closed.
func oldDatabase(t *testing.T, driver, dataSource string, statements ...string) {
	t.Helper()
	databaseOf(t, 1, driver, dataSource, statements...)
}

// databaseOf is oldDatabase for a later version of the schema.
func databaseOf(t *testing.T, version int64, driver, dataSource string, statements ...string) {
	t.Helper()
	dialect, dir := goose.DialectSQLite3, "migrations/sqlite"
	if driver == "pgx" {
		dialect, dir = goose.DialectPostgres, "migrations/postgres"
	}
	files, err := fs.Sub(sqlstore.Migrations(), dir)
	must(t, err)
	db, err := sql.Open(driver, dataSource)
	must(t, err)
	p, err := goose.NewProvider(dialect, db, files, goose.WithTableName("draftbox_schema"), goose.WithDisableGlobalRegistry(true))
	must(t, err)
	_, err = p.UpTo(t.Context(), version)
	must(t, err)
	for _, statement := range statements {
		_, err := db.ExecContext(t.Context(), statement)
		must(t, err)
	}
	must(t, db.Close())
}

// TestSchema2: components that have a URL for pushes begin to get tickets, and
// merchants that had authorized have what an authorization has by now.
func TestSchema2(t *testing.T) {
	t.Parallel()
	const silent, pushing = "wx00000000000000a1", "wx00000000000000a2"
	made := time.Date(2026, 3, 1, 10, 20, 30, 7e6, time.UTC)
	component := func(appid, eventURL string) string {
		return fmt.Sprintf(`insert into components (appid, name, secret, token, encoding_aes_key, event_url, message_url, ip_allowlist,
			settings, created_at, next_draft_id, next_template_id, rev) values ('%s', '平台', 's', 't', 'k', '%s', '', '[]',
			'{"max_dev_miniprograms":7}', %d, 3, 4, 5)`, appid, eventURL, made.UnixMilli())
	}
	authorizer := func(component, appid string, authorized int, refreshToken string) string {
		return fmt.Sprintf(`insert into authorizers (component_appid, appid, nick_name, authorized, refresh_token, created_at)
			values ('%s', '%s', '商户', %d, '%s', %d)`, component, appid, authorized, refreshToken, made.UnixMilli())
	}
	statements := []string{
		component(silent, ""), component(pushing, "http://127.0.0.1:9000/event"),
		authorizer(silent, "wx00000000000000b1", 1, "refreshtoken@@@1"), authorizer(silent, "wx00000000000000b2", 0, ""),
		authorizer(pushing, "wx00000000000000b1", 0, "refreshtoken@@@3"),
		`insert into tickets (component_appid, value, seq, issued_at, pushed_at) values ('` + pushing + `', 'ticket@@@1', 1, 1000, 2000)`,
	}
	for name, url := range map[string]func(*testing.T) string{"File": file, "Postgres": database} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u, driver := url(t), "sqlite"
			if name == "Postgres" {
				driver = "pgx"
			}
			oldDatabase(t, driver, u, statements...)
			s := open(t, u)
			must(t, s.View(t.Context(), func(r platform.Reader) error {
				for _, want := range []platform.Authorizer{
					{
						ComponentAppid: silent, Appid: "wx00000000000000b1", NickName: "商户", Authorized: true, RefreshToken: "refreshtoken@@@1",
						CreatedAt: made, AuthTime: made, Exchanged: true, FuncIDs: platform.DefaultFuncIDs(),
					},
					{ComponentAppid: silent, Appid: "wx00000000000000b2", NickName: "商户", CreatedAt: made},
					{ComponentAppid: pushing, Appid: "wx00000000000000b1", NickName: "商户", RefreshToken: "refreshtoken@@@3", CreatedAt: made},
				} {
					got, err := r.Authorizer(t.Context(), want.ComponentAppid, want.Appid)
					must(t, err)
					if fmt.Sprintf("%+v", *got) != fmt.Sprintf("%+v", want) {
						t.Errorf("a merchant became\n%+v, want\n%+v", *got, want)
					}
				}
				due, err := r.NextDue(t.Context())
				must(t, err)
				if !due.Equal(time.UnixMilli(0)) {
					t.Errorf("the next ticket is due at %s, want the beginning of time", due)
				}
				c, err := r.Component(t.Context(), silent)
				must(t, err)
				if !c.NextTicketAt.IsZero() || c.Rev != 5 || c.NextDraftID != 3 || c.Settings.MaxDevMiniprograms != 7 || c.Settings.Switches.PushTries != 3 {
					t.Errorf("the component without a URL became %+v", *c)
				}
				ticket, err := r.LatestTicket(t.Context(), pushing)
				must(t, err)
				if ticket.Value != "ticket@@@1" {
					t.Errorf("the ticket became %+v", *ticket)
				}
				return nil
			}))
			must(t, s.Background(t.Context(), func(tx platform.Tx) error {
				due, err := tx.ComponentsDue(t.Context(), made, 9, true)
				must(t, err)
				if len(due) != 1 || due[0].Appid != pushing {
					t.Errorf("the components %+v are due, want %s", due, pushing)
				}
				d := platform.Delivery{ComponentAppid: pushing, URL: "http://127.0.0.1:9000/event", State: platform.DeliveryPending, CreatedAt: made}
				must(t, tx.InsertDelivery(t.Context(), &d))
				if d.Number != 1 {
					t.Errorf("the first delivery has the number %d", d.Number)
				}
				return nil
			}))
			if driver == "sqlite" {
				copies, err := filepath.Glob(u + ".schema*")
				must(t, err)
				if len(copies) != 0 {
					t.Errorf("the migration left %v", copies)
				}
			}
		})
	}
}
