package adminapi_test

import (
	"testing"

	"draftbox/internal/platform"
)

const offiAccount = "wx00000000000000b1"

// manualRegistrations lets registrations wait, and begins one of each of two kinds.
func manualRegistrations(b *bench) (enterprise, personal string) {
	b.t.Helper()
	ctx := b.t.Context()
	_, err := b.service.ChangeComponent(ctx, compAppid, func(c *platform.Component) error {
		c.Settings.Switches.Registrations = "manual"
		return nil
	})
	b.must(err)
	first, err := b.service.RegisterEnterprise(ctx, compAppid, platform.RegistrationRequest{
		Name: "示例商户", Code: "91440300MA5EXAMPLE", CodeType: 1, LegalPersonaWechat: "xiaoming", LegalPersonaName: "小明",
	})
	b.must(err)
	second, err := b.service.RegisterPersonal(ctx, compAppid, platform.RegistrationRequest{IDName: "张三", WXUser: "zhangsan", NewVersion: true})
	b.must(err)
	return first.ID, second.ID
}

type registrationList struct {
	Items []registrationItem `json:"items"`
	Next  string             `json:"next"`
}

type registrationItem struct {
	ID         string `json:"id"`
	Kind       string `json:"kind"`
	State      string `json:"state"`
	WaitingFor string `json:"waiting_for"`
	Progress   int    `json:"progress"`
	Status     *int   `json:"status"`
	Msg        string `json:"msg"`
	Authorizer string `json:"authorizer_appid"`
	DoneAt     string `json:"done_at"`
	Request    struct {
		Name string `json:"name"`
		User string `json:"wxuser"`
	} `json:"request"`
}

func TestRegistrationsAreListedAndDecided(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	enterprise, personal := manualRegistrations(b)
	var page registrationList
	seen := map[string]registrationItem{}
	for cursor := ""; ; cursor = "&cursor=" + page.Next {
		b.get("GET", component+"/registrations?limit=1"+cursor, "", &page)
		seen[page.Items[0].ID] = page.Items[0]
		if page.Next == "" {
			break
		}
		if page.Next != page.Items[0].ID {
			t.Fatalf("the next page is %q", page.Next)
		}
		page = registrationList{Next: page.Next}
	}
	if e := seen[enterprise]; len(seen) != 2 || e.Kind != "enterprise" || e.State != "open" || e.WaitingFor != "legal_person_checking" || e.Status != nil || e.DoneAt != "" || e.Request.Name != "示例商户" {
		t.Errorf("listed %+v", seen)
	}
	if p := seen[personal]; p.Kind != "personal" || p.WaitingFor != "" || p.Request.User != "zhangsan" {
		t.Errorf("listed %+v", p)
	}

	var got registrationItem
	b.get("POST", component+"/registrations/"+enterprise+"/decide", `{"waiting_for":"front_checking"}`, &got)
	if got.WaitingFor != "front_checking" || got.State != "open" {
		t.Errorf("went on as %+v", got)
	}
	b.get("POST", component+"/registrations/"+enterprise+"/decide", `{"status":0,"msg":"OK"}`, &got)
	if got.State != "done" || got.Status == nil || *got.Status != 0 || got.Msg != "OK" || got.Authorizer == "" || got.DoneAt == "" {
		t.Errorf("ended as %+v", got)
	}
	var made struct {
		Authorized bool   `json:"authorized"`
		NickName   string `json:"nick_name"`
	}
	b.get("GET", component+"/authorizers/"+got.Authorizer, "", &made)
	if !made.Authorized || made.NickName != "示例商户" {
		t.Errorf("made %+v", made)
	}
	b.get("POST", component+"/registrations/"+personal+"/decide", `{"status":-1,"progress":2}`, &got)
	if *got.Status != -1 || got.Progress != 2 || got.Msg != "open verity failed" {
		t.Errorf("ended as %+v", got)
	}
}

func TestRegistrationRefusals(t *testing.T) {
	t.Parallel()
	run(t, []row{
		{name: "list of no component", url: "/_draftbox/v1/components/wx00000000000000ff/registrations", status: 404, has: []string{"not_found"}},
		{name: "empty list", url: component + "/registrations", status: 200, has: []string{`{"items":[],"next":""}`}},
		{name: "unknown cursor", url: component + "/registrations?cursor=x", status: 422, has: []string{"cursor"}},
		{name: "unknown filter", url: component + "/registrations?kind=beta", status: 422, has: []string{"kind"}},
		{name: "decide on none", method: "POST", url: component + "/registrations/1/decide", body: `{"status":0}`, status: 404, has: []string{"has no registration 1"}},
		{name: "unknown member", method: "POST", url: component + "/registrations/1/decide", body: `{"state":"front_checking"}`, status: 422, has: []string{"state"}},
		{name: "empty decision", method: "POST", url: component + "/registrations/0123456789/decide", body: `{}`, status: 404},
		{name: "ticket of a mini program", method: "POST", url: component + "/authorizers/" + merchant + "/fastregister_ticket", status: 409, has: []string{"no official account"}},
		{name: "ticket of nobody", method: "POST", url: component + "/authorizers/wx00000000000000ff/fastregister_ticket", status: 404},
		{
			name: "ticket of an official account", method: "POST", url: component + "/authorizers/" + offiAccount + "/fastregister_ticket", body: "{}", status: 200, has: []string{`"expires_in":1800`},
			arrange: func(b *bench) {
				_, err := b.service.PutAuthorizer(b.t.Context(), platform.Authorizer{
					ComponentAppid: compAppid, Appid: offiAccount, Authorized: true, Profile: platform.Profile{Account: platform.AccountOfficialAccount},
				})
				b.must(err)
			},
		},
		{
			name: "patch the rules", method: "PATCH", url: component, status: 200,
			body: `{"switches":{"registration_refuse":{"xiaoming":86004,"*":89247},"published":"no","jump_domain_check":"fail"}}`,
			has:  []string{`"registration_refuse":{"*":89247,"xiaoming":86004}`, `"published":"no"`, `"jump_domain_check":"fail"`},
			then: func(b *bench) {
				var got struct {
					Switches struct {
						Refuse map[string]int `json:"registration_refuse"`
					} `json:"switches"`
				}
				b.get("PATCH", component, `{"switches":{"registration_refuse":{"*":null}}}`, &got)
				if len(got.Switches.Refuse) != 1 || got.Switches.Refuse["xiaoming"] != 86004 {
					b.t.Errorf("the rules are %v", got.Switches.Refuse)
				}
			},
		},
		{name: "patch a rule that is none", method: "PATCH", url: component, body: `{"switches":{"registration_refuse":{"x":40001}}}`, status: 422, has: []string{"registration_refuse"}},
	})
}

func TestDecidingTwice(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id, _ := manualRegistrations(b)
	var got registrationItem
	b.get("POST", component+"/registrations/"+id+"/decide", `{"status":1005}`, &got)
	if w := b.do("POST", component+"/registrations/"+id+"/decide", `{"status":0}`); w.Code != 409 {
		t.Errorf("decided again: %d %s", w.Code, w.Body)
	}
}
