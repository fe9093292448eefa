package wxapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing/fstest"

	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"
)

const (
	commitPath       = "/wxa/commit"
	pagePath         = "/wxa/get_page"
	qrcodePath       = "/wxa/get_qrcode"
	privacyInfoPath  = "/wxa/security/get_code_privacy_info"
	submitPath       = "/wxa/submit_audit"
	mediaPath        = "/wxa/uploadmedia"
	auditStatusPath  = "/wxa/get_auditstatus"
	latestStatusPath = "/wxa/get_latest_auditstatus"
	undoPath         = "/wxa/undocodeaudit"
	auditQuotaPath   = "/wxa/queryquota"
	speedupPath      = "/wxa/speedupaudit"
	releasePath      = "/wxa/release"
	revertPath       = "/wxa/revertcoderelease"
	grayPath         = "/wxa/grayrelease"
	grayPlanPath     = "/wxa/getgrayreleaseplan"
	revertGrayPath   = "/wxa/revertgrayrelease"
	changeVisitPath  = "/wxa/change_visitstatus"
	visitPath        = "/wxa/getvisitstatus"
	versionInfoPath  = "/wxa/getversioninfo"
	supportPath      = "/cgi-bin/wxopen/getweappsupportversion"
	setSupportPath   = "/cgi-bin/wxopen/setweappsupportversion"
	multipartHeader  = "multipart/form-data; boundary=" + boundary
	png              = "\x89PNG\r\n\x1a\n"
	mp4              = "\x00\x00\x00\x18ftypmp42"
	pluginAppid      = "wx00000000000000f1"
	pluginOfIt       = `{"plugins":{"p":{"version":"2.0.0","provider":"` + pluginAppid + `"}}}`
	declaresLocation = `{"requiredPrivateInfos":["getLocation"]}`
	notesItem        = `{"first_class":"社交","second_class":"笔记"}`
)

// withTemplate makes template 0 of the bench's project.
func (b *bench) withTemplate() {
	b.t.Helper()
	b.upload(platform.Upload{})
	b.ok(b.do("POST", addTemplate+"?access_token="+b.adminToken(b.comp.Appid), `{"draft_id":0}`), nil)
}

// withCode makes a template whose index.js is code, and returns its id.
func (b *bench) withCode(code string) int64 {
	b.t.Helper()
	ctx := context.Background()
	files := maps.Clone(project)
	files["pages/index/index.js"] = &fstest.MapFile{Data: []byte(code)}
	built, err := miniprogram.FromFS(files, miniprogram.Options{})
	b.must(err)
	defer func() { b.must(built.Content.Close()) }()
	d, err := b.service.UploadDraft(ctx, platform.Upload{ComponentAppid: b.comp.Appid, SourceAppid: b.dev.Appid, UserVersion: "9.0.0"}, &built.Package, built.Content)
	b.must(err)
	t, err := b.service.AddToTemplate(ctx, b.comp.Appid, d.ID, platform.TemplateOrdinary)
	b.must(err)
	return t.ID
}

// commitBody is a body of commit.
func commitBody(template int64, ext, version string) string {
	text, err := json.Marshal(ext)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{"template_id":%d,"ext_json":%s,"user_version":%q,"user_desc":"说明 %s"}`, template, text, version, version)
}

// commit commits template 0.
func (b *bench) commit(version string) {
	b.t.Helper()
	b.ok(b.asMerchant(commitPath, commitBody(0, "{}", version)), nil)
}

// submit submits what was committed and returns the order.
func (b *bench) submit() int64 {
	b.t.Helper()
	var out struct {
		AuditID int64 `json:"auditid"`
	}
	b.ok(b.asMerchant(submitPath, "{}"), &out)
	return out.AuditID
}

// order is the merchant's last order.
func (b *bench) order() platform.Audit {
	b.t.Helper()
	a, err := b.service.LatestAudit(context.Background(), b.comp.Appid, b.merchant().Appid)
	b.must(err)
	return a
}

// review decides the last order.
func (b *bench) review(decide string) {
	b.t.Helper()
	_, err := b.service.DecideAudit(context.Background(), b.order().ID, platform.AuditDecision{Decide: decide}, "")
	b.must(err)
}

// getAs gets with a token of the merchant.
func (b *bench) getAs(path string, query ...string) reply {
	b.t.Helper()
	return b.do("GET", path+"?"+strings.Join(append(query, "access_token="+b.merchantToken()), "&"), "")
}

// pass commits, submits and passes a version.
func (b *bench) pass(version string) {
	b.t.Helper()
	b.commit(version)
	b.submit()
	b.review(platform.DecidePass)
}

// releaseVersion has a version pass and puts it online.
func (b *bench) releaseVersion(version string) {
	b.t.Helper()
	b.pass(version)
	b.ok(b.asMerchant(releasePath, "{}"), nil)
}

// bringTo brings the merchant's last order into a state.
func (b *bench) bringTo(state platform.AuditState) {
	b.t.Helper()
	b.commit("1.0.0")
	if state == platform.AuditNone {
		return
	}
	b.submit()
	switch state {
	case platform.AuditDelayed:
		b.review(platform.DecideDelay)
	case platform.AuditPassed:
		b.review(platform.DecidePass)
	case platform.AuditReleased:
		b.review(platform.DecidePass)
		b.ok(b.asMerchant(releasePath, "{}"), nil)
	case platform.AuditRejected:
		b.review(platform.DecideFail)
	case platform.AuditWithdrawn:
		b.ok(b.getAs(undoPath), nil)
	default:
	}
	if got := b.order().State; got != state {
		b.t.Fatalf("the order is %s, want %s", got, state)
	}
}

// online brings something online, so that the life of the next order can begin.
func (b *bench) online() {
	b.t.Helper()
	b.releaseVersion("0.9.0")
}

// anew takes another merchant, of which nothing is known.
func (b *bench) anew() {
	b.t.Helper()
	b.shop = platform.Authorizer{}
	b.token = b.merchantToken()
}
