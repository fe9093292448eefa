package wxapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"draftbox/internal/platform"
)

const (
	draftList    = "/wxa/gettemplatedraftlist"
	addTemplate  = "/wxa/addtotemplate"
	templateList = "/wxa/gettemplatelist"
	delTemplate  = "/wxa/deletetemplate"
	tokenPath    = "/cgi-bin/component/api_component_token"
	startPath    = "/cgi-bin/component/api_start_push_ticket"
	ridPath      = "/cgi-bin/openapi/rid/get"

	textInvalidCredential = "invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r"
)

func TestDraftListIsByteExact(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if got := b.get(draftList).body; got != `{"errcode":0,"errmsg":"ok","draft_list":[]}` {
		t.Errorf("an empty box answered %s", got)
	}
	b.upload(platform.Upload{
		UserVersion: "1.2.0", UserDesc: "修复 <b>&\"引号\"\n第二行 🎉\t/", Developer: "小明_Dev（测试）😀", CreateTime: time.Unix(1657764900, 0),
	})
	want := `{"errcode":0,"errmsg":"ok","draft_list":[{"create_time":1657764900,"user_version":"1.2.0",` +
		`"user_desc":"修复 <b>&\"引号\"\n第二行 🎉\t/","draft_id":0,"source_miniprogram_appid":"` + b.dev.Appid +
		`","source_miniprogram":"示例模板","developer":"小明_Dev（测试）😀","category_list":[]}]}`
	want = strings.NewReplacer("\n", `\n`, "\t", `\t`).Replace(want)
	r := b.get(draftList)
	if r.body != want {
		t.Errorf("answered\n%s, want\n%s", r.body, want)
	}
	if got := r.header.Get("Content-Length"); got != fmt.Sprint(len(r.body)) {
		t.Errorf("Content-Length %s for %d bytes", got, len(r.body))
	}
	if again := b.get(draftList); again.body != want {
		t.Errorf("the second answer differs: %s", again.body)
	}
}

func TestDefaultDescription(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, tt := range []struct{ at, want string }{
		{"2022-07-14T10:15:00+08:00", "小明 在 2022年7月14日上午10点15分 提交上传"},
		{"2022-10-28T21:05:59+08:00", "小明 在 2022年10月28日下午9点5分 提交上传"},
		{"2022-12-31T16:00:00Z", "小明 在 2023年1月1日上午12点0分 提交上传"},
		{"2022-12-31T12:30:00+08:00", "小明 在 2022年12月31日下午12点30分 提交上传"},
	} {
		at, err := time.Parse(time.RFC3339, tt.at)
		b.must(err)
		if d := b.upload(platform.Upload{Developer: "小明", CreateTime: at}); d.UserDesc != tt.want {
			t.Errorf("%s: %q, want %q", tt.at, d.UserDesc, tt.want)
		}
	}
}

type drafts struct {
	List []struct {
		ID      int64  `json:"draft_id"`
		Version string `json:"user_version"`
		Source  string `json:"source_miniprogram_appid"`
	} `json:"draft_list"`
}

func (b *bench) draftIDs() []int64 {
	b.t.Helper()
	var d drafts
	b.ok(b.get(draftList), &d)
	ids := []int64{}
	for _, d := range d.List {
		ids = append(ids, d.ID)
	}
	return ids
}

func TestAReuploadReplacesTheDraftWithANewID(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.upload(platform.Upload{UserVersion: "1.0.0"})
	b.upload(platform.Upload{UserVersion: "1.0.1"})
	other, err := b.service.PutDevMiniprogram(t.Context(), platform.DevMiniprogram{ComponentAppid: b.comp.Appid})
	b.must(err)
	b.upload(platform.Upload{ComponentAppid: b.comp.Appid, SourceAppid: other.Appid})
	if got := b.draftIDs(); fmt.Sprint(got) != "[1 2]" {
		t.Errorf("ids %v, want [1 2]", got)
	}
	b.must(b.service.DeleteDraft(t.Context(), b.comp.Appid, 2))
	b.upload(platform.Upload{ComponentAppid: b.comp.Appid, SourceAppid: other.Appid})
	if got := b.draftIDs(); fmt.Sprint(got) != "[1 3]" {
		t.Errorf("ids %v, want [1 3]", got)
	}
}

func TestDraftSlotOfDevAndRobot(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.set(func(c *platform.Component) { c.Settings.Switches.DraftSlot = "dev_and_robot" })
	for _, robot := range []string{"ci机器人1", "ci机器人2", "ci机器人1"} {
		b.upload(platform.Upload{Developer: robot})
	}
	if got := b.draftIDs(); fmt.Sprint(got) != "[1 2]" {
		t.Errorf("ids %v, want [1 2]", got)
	}
	b.set(func(c *platform.Component) { c.Settings.Switches.DraftSlot = "dev" })
	b.upload(platform.Upload{Developer: "ci机器人1"})
	if got := b.draftIDs(); fmt.Sprint(got) != "[3]" {
		t.Errorf("ids %v, want [3]: the box holds one draft a development mini program again", got)
	}
}

func TestListOrderSwitch(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for range 12 {
		d, err := b.service.PutDevMiniprogram(t.Context(), platform.DevMiniprogram{ComponentAppid: b.comp.Appid})
		b.must(err)
		b.upload(platform.Upload{ComponentAppid: b.comp.Appid, SourceAppid: d.Appid})
	}
	b.set(func(c *platform.Component) { c.Settings.Switches.ListOrder = "descending" })
	if got := b.draftIDs(); fmt.Sprint(got) != "[11 10 9 8 7 6 5 4 3 2 1 0]" {
		t.Errorf("ids %v", got)
	}
	b.set(func(c *platform.Component) { c.Settings.Switches.ListOrder = "shuffled" })
	seen := map[string]bool{}
	for range 8 {
		seen[fmt.Sprint(b.draftIDs())] = true
	}
	if len(seen) < 2 {
		t.Errorf("eight shuffled lists of twelve drafts were all the same: %v", seen)
	}
}

func TestEmptyListSwitch(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.set(func(c *platform.Component) { c.Settings.Switches.EmptyList = "85064" })
	b.refused(b.get(draftList), 85064, "template not found")
	b.refused(b.get(templateList), 85064, "template not found")
	b.upload(platform.Upload{})
	b.ok(b.get(draftList), nil)
}

func TestNothingOfOneComponentShowsToAnother(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.upload(platform.Upload{})
	b.ok(b.post(addTemplate, `{"draft_id":0}`), nil)
	other, _ := b.component()
	token := b.adminToken(other.Appid)
	for _, path := range []string{draftList, templateList} {
		if r := b.do(http.MethodGet, path+"?access_token="+token, ""); !strings.HasSuffix(r.body, `_list":[]}`) {
			t.Errorf("%s shows another component's: %s", path, r.body)
		}
	}
	b.refused(b.do(http.MethodPost, addTemplate+"?access_token="+token, `{"draft_id":0}`), 85064, "template not found")
	b.refused(b.do(http.MethodPost, delTemplate+"?access_token="+token, `{"template_id":0}`), 85064, "template not found")
	if got := b.draftIDs(); fmt.Sprint(got) != "[0]" {
		t.Errorf("ids %v after the other's calls", got)
	}
}

// A component made in place of a deleted one shows nothing of the other, however
// warm the cache is.
func TestARemadeComponentHasNothingOfTheDeleted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for range 20 {
		b.upload(platform.Upload{})
		b.ok(b.get(draftList), nil)
		b.must(b.service.DeleteComponent(t.Context(), b.comp.Appid))
		b.refused(b.get(draftList), 40001, textInvalidCredential)
		remade, err := b.service.CreateComponent(t.Context(), platform.Component{Appid: b.comp.Appid}, &b.dev)
		b.must(err)
		b.comp, b.token = remade, b.adminToken(remade.Appid)
		if r := b.get(draftList); r.body != `{"errcode":0,"errmsg":"ok","draft_list":[]}` {
			t.Fatalf("the new component shows %s", r.body)
		}
	}
}
