package config_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"draftbox/internal/config"
	"draftbox/internal/platform"
)

const comp = "wx0000000000000001"

// state is everything that Apply can change of one component.
type state struct {
	Component   platform.Component
	Dev         []platform.DevMiniprogram
	Drafts      []platform.Draft
	Templates   []platform.Template
	Authorizers []platform.Authorizer
}

func read(t testing.TB, s *platform.Service) state {
	t.Helper()
	ctx := context.Background()
	var errs [5]error
	var out state
	var box platform.DraftBox
	var library platform.TemplateLibrary
	box, errs[0] = s.DraftBox(ctx, comp)
	library, errs[1] = s.TemplateLibrary(ctx, comp)
	out.Dev, errs[2] = s.DevMiniprograms(ctx, comp, "", 1000)
	out.Authorizers, errs[3] = s.Authorizers(ctx, comp, "", 1000)
	out.Component, errs[4] = s.Component(ctx, comp)
	out.Drafts, out.Templates = box.Drafts, library.Templates
	if err := errors.Join(errs[:]...); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestApply(t *testing.T) {
	t.Parallel()
	s := newService(t)
	report := apply(t, s, load(t, folder(t, nil), full), config.ApplyOptions{})
	if want := (config.Report{Made: []string{comp}, Bound: 1, Drafts: 1, Templates: 1, Authorizers: 1, Tickets: 1}); !cmp.Equal(report, want) {
		t.Errorf("the report is %+v", report)
	}
	got := read(t, s)
	c := got.Component
	if c.Name != "示例平台" || c.Secret != "0123456789abcdef0123456789abcdef" || c.Token != "messagetoken" || c.EventURL != "http://127.0.0.1:9000/event" || c.MessageURL != "http://127.0.0.1:9000/$APPID$/message" {
		t.Errorf("the component is %+v", c)
	}
	want := platform.Settings{
		MaxDevMiniprograms: 5,
		Switches: platform.Switches{
			DraftSlot: "dev", ListOrder: "descending", EmptyList: "85064", StandardTemplates: "retired", TokenGrace: platform.Duration(10 * time.Minute),
			TicketEachPush: "new", StrayToken: "check", UnauthorizedAPIs: []string{"/wxa/gettemplatelist"}, DeniedPlugins: []string{"wx00000000000000aa"},
			PushTries: 5, PushFormat: platform.PushCloudJSON, Registrations: "manual", RegistrationRefuse: map[string]int{"nosuchwechat": 86004},
			Published: "no", JumpDomainCheck: "fail", NoICPDomains: []string{"unfiled.example.com"}, TesterRefuse: map[string]int{"nobody": 85001},
			PrivacyCheck: platform.Duration(time.Minute), CommitTime: platform.Duration(5 * time.Second), JumpList: "check",
		},
		Quotas:         platform.Quotas{Enforce: true, Limits: map[string]int64{"/wxa/gettemplatedraftlist": 1000}, Submits: 20, Speedups: 1},
		AuthPageDomain: "www.example.com",
		Audit: platform.AuditPolicy{
			Decide: platform.DecidePass, After: platform.Duration(2 * time.Hour), Reason: "x",
			Rules: []platform.AuditRule{
				{Match: platform.AuditMatch{UserVersion: "1.*", Appid: "wx00000000000000a1"}, Decide: platform.DecideFail, After: platform.Duration(time.Minute), Reason: "y"},
				{Decide: platform.DecideDelay},
			},
		},
	}
	if diff := cmp.Diff(want, c.Settings); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	d := got.Drafts[0]
	if d.ID != 0 || d.UserVersion != "1.0.0" || d.UserDesc != "首个版本\n第二行" || d.Developer != "小明" || d.CreateTime.Unix() != 1488965944 || d.SourceName != "商城演示" {
		t.Errorf("the draft is %+v", d)
	}
	if tpl := got.Templates[0]; tpl.ID != 0 || tpl.UserVersion != "0.9.0" || tpl.SourceAppid != "wx00000000000000d1" {
		t.Errorf("the template is %+v", tpl)
	}
	a := got.Authorizers[0]
	merchant := platform.Authorizer{
		ComponentAppid: comp, Appid: "wx00000000000000a1", NickName: "商户一", Authorized: true, Exchanged: true, RefreshToken: "refreshtoken@@@fixed",
		AuthTime: a.CreatedAt, CreatedAt: a.CreatedAt, FuncIDs: []int{18, 30},
		Profile:    platform.Profile{Account: platform.AccountMiniprogram, PrincipalName: "示例商户有限公司", VerifyType: -1},
		Categories: []platform.AuthorizerCategory{{First: "工具", Second: "效率"}}, Restrictions: []string{platform.RestrictionFrozen},
	}
	if diff := cmp.Diff(merchant, a); diff != "" {
		t.Errorf("the merchant (-want +got):\n%s", diff)
	}
	ctx := context.Background()
	merchantIsDeclared(t, s)
	ticket, err := s.CurrentTicket(ctx, comp)
	if err != nil || ticket.Value != "ticket@@@fixed" {
		t.Errorf("the ticket is %q, %v", ticket.Value, err)
	}
	if dev := got.Dev[0]; dev.UploadKeyPEM != "" {
		t.Errorf("a key was made although nobody can have its private half: %q", dev.UploadKeyPEM)
	}
}

// The addresses that may upload stay until the file says others; an empty list
// lets everybody in again.
func TestApplyUploadAddresses(t *testing.T) {
	t.Parallel()
	s, dir := newService(t), folder(t, nil)
	apply(t, s, load(t, dir, full), config.ApplyOptions{})
	for _, step := range []struct {
		more  string
		bound int
		want  []string
	}{
		{"", 0, []string{"172.0.0.1", "172.0.0.*"}},
		{", upload_ip_allowlist: [10.0.0.0/8]", 1, []string{"10.0.0.0/8"}},
		{", upload_ip_allowlist: [10.0.0.0/8]", 0, []string{"10.0.0.0/8"}},
		{", upload_ip_allowlist: []", 1, []string{}},
		{", upload_ip_allowlist: []", 0, []string{}},
	} {
		text := "components: [{appid: wx0000000000000001, dev_miniprograms: [{appid: wx00000000000000d1" + step.more + "}]}]"
		report := apply(t, s, load(t, dir, text), config.ApplyOptions{})
		if got := read(t, s).Dev[0].UploadIPAllowlist; report.Bound != step.bound || !cmp.Equal(got, step.want) {
			t.Errorf("after %q: the list is %q, want %q; the report is %+v", step.more, got, step.want, report)
		}
	}
}

// Applying a world again changes nothing, not even a revision.
func TestApplyTwice(t *testing.T) {
	t.Parallel()
	s, dir := newService(t), folder(t, nil)
	o := config.ApplyOptions{KeysDir: filepath.Join(dir, "keys")}
	apply(t, s, load(t, dir, full), o)
	before := read(t, s)
	for range 2 {
		if report := apply(t, s, load(t, dir, full), o); !cmp.Equal(report, config.Report{}) {
			t.Errorf("the second report is %+v", report)
		}
		if diff := cmp.Diff(before, read(t, s)); diff != "" {
			t.Errorf("the second time changes (-before +after):\n%s", diff)
		}
	}
}

// What was replaced, deleted or revoked since stays so.
func TestApplyBringsNothingBack(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, dir := newService(t), folder(t, nil)
	text := strings.Replace(full, "    drafts:\n", "    drafts:\n      - {source: wx00000000000000d2, version: 3.0.0, dir: miniprogram}\n", 1)
	text = strings.Replace(text, "    dev_miniprograms:\n", "    dev_miniprograms:\n      - {appid: wx00000000000000d2}\n", 1)
	apply(t, s, load(t, dir, text), config.ApplyOptions{})

	write(t, dir, map[string]string{"other/app.json": `{"pages":["p"]}`, "other/p.js": "", "other/p.wxml": ""})
	replacement := `
components:
  - appid: wx0000000000000001
    dev_miniprograms: [{appid: wx00000000000000d1}]
    drafts: [{source: wx00000000000000d1, version: 9.9.9, dir: other}]
`
	apply(t, s, load(t, dir, replacement), config.ApplyOptions{})
	revoked := read(t, s).Authorizers[0]
	revoked.Authorized = false
	_, err := s.PutAuthorizer(ctx, revoked)
	for _, err := range []error{err, s.DeleteDraft(ctx, comp, 0), s.DeleteTemplate(ctx, comp, 0)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	before := read(t, s)
	if len(before.Drafts) != 1 || before.Drafts[0].UserVersion != "9.9.9" || before.Drafts[0].SourceName != "商城演示" {
		t.Fatalf("the box holds %+v", before.Drafts)
	}
	if report := apply(t, s, load(t, dir, text), config.ApplyOptions{}); !cmp.Equal(report, config.Report{}) {
		t.Errorf("the report is %+v", report)
	}
	if diff := cmp.Diff(before, read(t, s)); diff != "" {
		t.Errorf("things come back (-before +after):\n%s", diff)
	}
}

// Changed settings and secrets are taken over, what is not named stays.
func TestApplyChanges(t *testing.T) {
	t.Parallel()
	s, dir := newService(t), folder(t, nil)
	apply(t, s, load(t, dir, full), config.ApplyOptions{})
	before := read(t, s)
	report := apply(t, s, load(t, dir, `
components:
  - appid: wx0000000000000001
    secret: ffffffffffffffffffffffffffffffff
    event_url: ""
    switches: {token_grace: 0s}
    quotas: {limits: {/wxa/addtotemplate: 5}}
    dev_miniprograms: [{appid: wx00000000000000d1, name: 新名}]
    authorizers: [{appid: wx00000000000000a1, nick_name: 新商户名, authorized: true, refresh_token: refreshtoken@@@fixed}]
`), config.ApplyOptions{})
	if want := (config.Report{Changed: []string{comp}, Bound: 1, Authorizers: 1}); !cmp.Equal(report, want) {
		t.Errorf("the report is %+v", report)
	}
	want := before
	want.Component.Secret, want.Component.EventURL = "ffffffffffffffffffffffffffffffff", ""
	want.Component.NextTicketAt = time.Time{} // there is nowhere to push it to
	want.Component.Settings.Switches.TokenGrace = 0
	want.Component.Settings.Quotas.Limits = map[string]int64{"/wxa/gettemplatedraftlist": 1000, "/wxa/addtotemplate": 5}
	want.Dev[0].Name, want.Drafts[0].SourceName = "新名", "新名"
	want.Authorizers[0].NickName = "新商户名"
	got := read(t, s)
	want.Component.Rev = got.Component.Rev
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("after the change (-want +got):\n%s", diff)
	}
}

// Another refresh token, and another authorization in the file, are changes of
// the file: they are taken over.
func TestApplyChangedMerchant(t *testing.T) {
	t.Parallel()
	s, dir := newService(t), folder(t, nil)
	world := func(merchant string) *config.World {
		return load(t, dir, "components: [{appid: wx0000000000000001, authorizers: [{appid: wx00000000000000a1, "+merchant+"}]}]")
	}
	for _, step := range []struct {
		merchant   string
		authorized bool
		token      string
	}{
		{"authorized: false", false, ""},
		{"authorized: true, refresh_token: refreshtoken@@@one", true, "refreshtoken@@@one"},
		{"authorized: true, refresh_token: refreshtoken@@@two", true, "refreshtoken@@@two"},
	} {
		apply(t, s, world(step.merchant), config.ApplyOptions{})
		if a := read(t, s).Authorizers[0]; a.Authorized != step.authorized || a.RefreshToken != step.token {
			t.Errorf("%s: the merchant is %+v", step.merchant, a)
		}
	}
}

// A project that has changed is another draft; equal declarations are as many
// templates as there are.
func TestApplyByDigest(t *testing.T) {
	t.Parallel()
	s, dir := newService(t), folder(t, nil)
	const text = `
components:
  - appid: wx0000000000000001
    dev_miniprograms: [{appid: wx00000000000000d1}]
    drafts: [{source: wx00000000000000d1, version: 1.0.0, dir: miniprogram}]
    templates:
      - {source: wx00000000000000d1, version: 1.0.0, dir: miniprogram}
      - {source: wx00000000000000d1, version: 1.0.0, dir: miniprogram}
`
	for range 2 {
		apply(t, s, load(t, dir, text), config.ApplyOptions{})
		if got := read(t, s); len(got.Drafts) != 1 || len(got.Templates) != 2 || got.Component.NextDraftID != 3 {
			t.Fatalf("there are %d drafts and %d templates", len(got.Drafts), len(got.Templates))
		}
	}
	write(t, dir, map[string]string{"miniprogram/pages/index/index.js": "Page({v:2})"})
	if report := apply(t, s, load(t, dir, text), config.ApplyOptions{}); report.Drafts != 1 || report.Templates != 2 {
		t.Errorf("after a change of the project the report is %+v", report)
	}
	if got := read(t, s); len(got.Drafts) != 1 || got.Drafts[0].ID != 3 || len(got.Templates) != 4 {
		t.Errorf("the box holds %+v", got.Drafts)
	}
}

// A folder that is no mini program stops everything, with its line.
func TestApplyBadPackages(t *testing.T) {
	t.Parallel()
	s, dir := newService(t), folder(t, map[string]string{"bad/readme.txt": "x", "worse/app.json": "{"})
	w := load(t, dir, `
components:
  - appid: wx0000000000000001
    dev_miniprograms: [{appid: wx00000000000000d1}]
    drafts: [{source: wx00000000000000d1, version: 1.0.0, dir: bad}]
    templates:
      - {source: wx00000000000000d1, version: 1.0.0, dir: miniprogram}
      - {source: wx00000000000000d1, version: 1.0.0, dir: worse}
`)
	_, err := config.Apply(context.Background(), s, w, config.ApplyOptions{})
	var all *config.Error
	if !errors.As(err, &all) || len(all.Problems) != 2 {
		t.Fatalf("the error is %v", err)
	}
	for _, want := range []string{"draftbox.yaml:5: components[0].drafts[0].dir: this is no mini program", "draftbox.yaml:8: components[0].templates[1].dir: "} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no problem is %q:\n%v", want, err)
		}
	}
	if _, err := s.Component(context.Background(), comp); !errors.Is(err, platform.ErrNotFound) {
		t.Errorf("the component was made all the same: %v", err)
	}
}

// What the store refuses is told with its place in the file.
func TestApplyConflict(t *testing.T) {
	t.Parallel()
	s, dir := newService(t), folder(t, nil)
	if _, err := s.CreateComponent(context.Background(), platform.Component{Appid: "wx00000000000000d1"}); err != nil {
		t.Fatal(err)
	}
	w := load(t, dir, "components:\n  - appid: wx0000000000000001\n    dev_miniprograms:\n      - {appid: wx00000000000000d1}\n")
	_, err := config.Apply(context.Background(), s, w, config.ApplyOptions{})
	if !errors.Is(err, platform.ErrConflict) || !strings.Contains(err.Error(), "draftbox.yaml:4: components[0].dev_miniprograms[0]: appid wx00000000000000d1 is in use") {
		t.Errorf("the error is %v", err)
	}
}

// A world built in code is checked as well.
func TestApplyChecks(t *testing.T) {
	t.Parallel()
	_, err := config.Apply(context.Background(), newService(t), &config.World{Components: []config.Component{{Appid: "x"}}}, config.ApplyOptions{})
	if err == nil || err.Error() != `components[0].appid: "x" must be wx and 16 lower-case hex digits` {
		t.Errorf("the error is %v", err)
	}
}

func TestDemo(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for range 2 {
		apply(t, s, config.Demo(), config.ApplyOptions{})
	}
	got := read(t, s)
	if len(got.Drafts) != 1 || got.Drafts[0].UserVersion != "1.0.0" || got.Drafts[0].UserDesc != "首个版本" || got.Drafts[0].Developer != "小明" || got.Drafts[0].SourceName != "商城演示" {
		t.Errorf("the box holds %+v", got.Drafts)
	}
	other := newService(t)
	apply(t, other, config.Demo(), config.ApplyOptions{})
	if read(t, other).Component.Secret == got.Component.Secret {
		t.Error("two demo worlds have the same secret")
	}
}

// The starter is right as it stands, with its own secrets, and so is what its
// comments offer.
func TestStarter(t *testing.T) {
	t.Parallel()
	s, dir := newService(t), folder(t, nil)
	text := config.Starter()
	w := load(t, dir, string(text))
	if len(w.Warnings()) != 0 {
		t.Errorf("the starter has the warnings %v", w.Warnings())
	}
	apply(t, s, w, config.ApplyOptions{})
	before := read(t, s)
	if !before.Authorizers[0].Authorized || len(before.Dev) != 1 {
		t.Errorf("the starter makes %+v", before)
	}
	if again := config.Starter(); bytes.Equal(text, again) {
		t.Error("two starters have the same secrets")
	}
	var open []string
	for line := range strings.Lines(string(text)) {
		key, comment := strings.CutPrefix(strings.TrimLeft(line, " "), "# ")
		isKey := strings.Contains(key, ": ") || strings.HasSuffix(key, ":\n") || strings.HasPrefix(key, "  - {")
		if comment && isKey && line[0] == ' ' && !strings.Contains(key, "/ ") && !strings.Contains(key, "absent") && !strings.Contains(key, "upload_key") {
			line = strings.Replace(line, "# ", "", 1)
		}
		open = append(open, line)
	}
	report := apply(t, s, load(t, dir, strings.Join(open, "")), config.ApplyOptions{})
	if report.Drafts != 1 || report.Templates != 1 || report.Tickets != 1 || len(report.Changed) != 1 {
		t.Errorf("with its comments opened the starter makes %+v:\n%s", report, strings.Join(open, ""))
	}
}

func TestUploadKeys(t *testing.T) {
	t.Parallel()
	s, dir := newService(t), folder(t, nil)
	keys := filepath.Join(dir, "data", "keys")
	private := filepath.Join(keys, "wx00000000000000d1.private.pem")
	w := load(t, dir, "components: [{appid: wx0000000000000001, dev_miniprograms: [{appid: wx00000000000000d1}]}]")
	report := apply(t, s, w, config.ApplyOptions{KeysDir: keys})
	if !cmp.Equal(report.Keys, []string{private}) {
		t.Errorf("keys made are %v", report.Keys)
	}
	for path, want := range map[string]os.FileMode{keys: os.ModeDir | 0o700, private: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want && runtime.GOOS != "windows" {
			t.Errorf("%s is %v, %v", path, info, err)
		}
	}
	if entries, err := os.ReadDir(keys); err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v, %v", entries, err)
	}
	public := read(t, s).Dev[0].UploadKeyPEM
	if !strings.HasPrefix(public, "-----BEGIN PUBLIC KEY-----") {
		t.Errorf("the stored key is %q", public)
	}

	// A start that ended between file and store goes on with the file's key.
	other := newService(t)
	if report := apply(t, other, w, config.ApplyOptions{KeysDir: keys}); len(report.Keys) != 0 {
		t.Errorf("a key was made again: %v", report.Keys)
	}
	if got := read(t, other).Dev[0].UploadKeyPEM; got != public {
		t.Errorf("the file's key is %q, stored is %q", public, got)
	}

	// A public key of the file's own takes its place.
	write(t, dir, map[string]string{"d1.public.pem": public})
	third := newService(t)
	none := filepath.Join(dir, "none")
	named := load(t, dir, "components: [{appid: wx0000000000000001, dev_miniprograms: [{appid: wx00000000000000d1, upload_key: d1.public.pem}]}]")
	if report := apply(t, third, named, config.ApplyOptions{KeysDir: none}); len(report.Keys) != 0 || read(t, third).Dev[0].UploadKeyPEM != public {
		t.Errorf("with a key in the file the report is %+v", report)
	}
	if _, err := os.Stat(none); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the keys folder was made for nothing: %v", err)
	}

	// A file that is no key stops the start and is not written over.
	write(t, keys, map[string]string{filepath.Base(private): "mine"})
	if _, err := config.Apply(context.Background(), newService(t), w, config.ApplyOptions{KeysDir: keys}); err == nil || !strings.Contains(err.Error(), "move it away") {
		t.Errorf("the error is %v", err)
	}
}
