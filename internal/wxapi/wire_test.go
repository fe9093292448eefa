package wxapi_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"
)

// given is the state before a golden exchange; testdata/wire/README.md describes
// its members.
type given struct {
	Drafts        []wireDraft     `json:"drafts"`
	Templates     []wireDraft     `json:"templates"`
	FillTemplates int             `json:"fill_templates"`
	Settings      json.RawMessage `json:"settings"`
	IPAllowlist   []string        `json:"ip_allowlist"`
	Token         string          `json:"token"`
	Ticket        string          `json:"ticket"`
	Secret        string          `json:"secret"`
	Appid         string          `json:"appid"`
	Authorizers   []wireMerchant  `json:"authorizers"`
	Code          string          `json:"code"`
	ServerDomains []string        `json:"server_domains"`
	JumpDomains   []string        `json:"jump_domains"`
}

type wireDraft struct {
	CreateTime   int64  `json:"create_time"`
	UserVersion  string `json:"user_version"`
	UserDesc     string `json:"user_desc"`
	DraftID      int64  `json:"draft_id"`
	TemplateID   int64  `json:"template_id"`
	TemplateType int    `json:"template_type"`
	Source       string `json:"source_miniprogram_appid"`
	SourceName   string `json:"source_miniprogram"`
	Developer    string `json:"developer"`
}

// The same files are replayed against the client, in package wxopen.
func TestGoldenExchanges(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../testdata/wire/*.txtar")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d golden exchanges, %v", len(files), err)
	}
	server := newBench(t)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		comment, rest, _ := strings.Cut(string(raw), "-- ")
		if strings.Contains(comment, "\n# side: client\n") {
			continue
		}
		sections := map[string]string{}
		for section := range strings.SplitSeq(rest, "\n-- ") {
			name, text, _ := strings.Cut(section, " --\n")
			sections[name] = strings.TrimSuffix(text, "\n")
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			replay(t, server, sections["given"], sections["request"], sections["response"])
		})
	}
}

func replay(t *testing.T, server *bench, state, request, response string) {
	t.Helper()
	var g given
	if state != "" {
		if err := json.Unmarshal([]byte(state), &g); err != nil {
			t.Fatal(err)
		}
	}
	var b *bench
	if g.Token == "expired" || g.Ticket == "expired" || len(g.Drafts)+len(g.Templates) > 0 {
		b = newBench(t) // the clock moves, or the development mini programs have known appids
	} else {
		b = server.tenant(t)
	}
	b.give(&g)
	ticket := b.ticket()
	switch {
	case g.Token == "expired":
		b.advance(platform.AccessTokenLife)
	case g.Ticket == "expired":
		b.advance(platform.TicketLife)
	}
	request = b.withOrder(b.withAuthorization(request, &g), &g)
	appid := map[string]string{"": b.comp.Appid, "unknown": "wxffffffffffffffff", "miniprogram": b.dev.Appid}[g.Appid]
	request = strings.NewReplacer(
		"{component_appid}", appid,
		"{component_appsecret}", pick(g.Secret == "wrong", strings.Repeat("0", 32), b.comp.Secret),
		"{component_verify_ticket}", pick(g.Ticket == "unknown", "ticket@@@unknown", ticket),
		"{component_access_token}", pick(g.Token == "unknown", "103_unknown", b.token),
	).Replace(request)
	line, body, _ := strings.Cut(request, "\n")
	method, target, _ := strings.Cut(line, " ")
	r := b.do(method, target, strings.TrimPrefix(body, "\n"))
	b.outcome(r)
	if want := wirePattern(response); !want.MatchString(r.body) {
		t.Errorf("%s answered\n%s\nwant\n%s", line, r.body, response)
	}
}

func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// wirePattern is what matches a golden response byte for byte, but for its
// placeholders.
func wirePattern(response string) *regexp.Regexp {
	p := regexp.QuoteMeta(response)
	for name, pattern := range map[string]string{
		"{rid}": `[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}`, "{component_access_token}": accessTokenShape, "{client_ip}": `127\.0\.0\.1`,
		"{authorizer_access_token}": accessTokenShape, "{pre_auth_code}": `preauthcode@@@[\w-]{86}`,
		"{authorization_code}": `queryauthcode@@@[\w-]{86}`, "{authorizer_appid}": `wx[0-9a-f]{16}`, "{taskid}": `[0-9]{10}`,
		"{unique_id}": `[\w-]{64}`, "{file_name}": `[A-Za-z0-9]{10}\.txt`, "{file_content}": `[0-9a-f]{32}`,
		"{userstr}": `[0-9a-f]{64}`, "{audit_id}": `4[0-9]{8}`,
	} {
		p = strings.ReplaceAll(p, regexp.QuoteMeta(name), pattern)
	}
	return regexp.MustCompile("^" + p + "$")
}

// give makes the state of a golden exchange.
func (b *bench) give(g *given) {
	b.t.Helper()
	b.set(func(c *platform.Component) {
		if g.Settings != nil {
			b.must(json.Unmarshal(g.Settings, &c.Settings))
		}
		c.IPAllowlist = append(c.IPAllowlist, g.IPAllowlist...)
	})
	built, err := miniprogram.FromFS(project, miniprogram.Options{})
	b.must(err)
	defer func() { b.must(built.Content.Close()) }()
	built.Package.CreatedAt = time.Unix(1488965944, 0)
	ctx := context.Background()
	b.must(b.store.Update(ctx, b.comp.Appid, func(tx platform.Tx, _ *platform.Component) error {
		b.must(tx.PutPackage(ctx, &built.Package, built.Content))
		for _, d := range g.Drafts {
			b.must(tx.PutDevMiniprogram(ctx, &platform.DevMiniprogram{ComponentAppid: b.comp.Appid, Appid: d.Source, Name: d.SourceName, CreatedAt: tx.Now()}))
			b.must(tx.InsertDraft(ctx, &platform.Draft{
				ComponentAppid: b.comp.Appid, ID: d.DraftID, Slot: d.Source, SourceAppid: d.Source, UserVersion: d.UserVersion, UserDesc: d.UserDesc,
				Developer: d.Developer, CreateTime: time.Unix(d.CreateTime, 0), Digest: built.Package.Digest,
			}))
		}
		for i := range g.FillTemplates {
			g.Templates = append(g.Templates, wireDraft{TemplateID: int64(i), Source: b.dev.Appid, UserVersion: "1.0.0"})
		}
		for place, d := range g.Templates {
			b.must(tx.InsertTemplate(ctx, &platform.Template{
				ComponentAppid: b.comp.Appid, ID: d.TemplateID, Place: int64(place), DraftID: d.DraftID, Type: d.TemplateType, SourceAppid: d.Source,
				SourceName: d.SourceName, UserVersion: d.UserVersion, UserDesc: d.UserDesc, Developer: d.Developer,
				CreateTime: time.Unix(d.CreateTime, 0), Digest: built.Package.Digest,
			}))
		}
		return nil
	}))
	b.giveMerchants(g)
	b.giveCode(g)
}
