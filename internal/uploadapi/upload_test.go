package uploadapi_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"image"
	"image/png"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"draftbox/internal/journal"
	"draftbox/internal/platform"
)

// TestExchange goes the way of one upload, step by step.
func TestExchange(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	appid := b.dev.Appid

	nonce := b.nonce(appid)
	attr := b.call(http.MethodPost, "/wxa/ci/getattr?_r=0.2", []byte(`{"appid":"`+appid+`","signature":"`+sign(b, b.key, appid, nonce)+`"}`))
	b.ok(attr)
	var data struct {
		Platform bool           `json:"platform"`
		GameApp  bool           `json:"gameApp"`
		Setting  map[string]int `json:"setting"`
	}
	b.must(json.Unmarshal(attr.Data, &data))
	if !data.Platform || data.GameApp || data.Setting["MaxCodeSize"] != 2 || len(data.Setting) != 9 {
		t.Errorf("the attributes are %s", attr.Data)
	}

	ext := b.call(http.MethodGet, "/wxa/ci/getwhiteextlist?_r=0.1", nil)
	b.ok(ext)
	if string(ext.Data) != "{}" {
		t.Errorf("the white list is %s", ext.Data)
	}

	body := b.signed(project(), b.key, appid, b.nonce(appid))
	a := b.call(http.MethodPost, "/wxa/ci/upload"+codeQuery(appid, "1.0.0.0", "hello 草稿\n第二行"), body)
	b.ok(a)
	want := `{"subpackage_info":[{"name":"__FULL__","size":125},{"name":"__APP__","size":117},{"name":"/pkgA/","size":8}],"ext_plugin_info":[]}`
	if string(a.Body) != want {
		t.Errorf("the body is %s, want %s", a.Body, want)
	}

	report := b.call(http.MethodPost, "/wxa-dev-logic/clientreportv2?_r=0.3", []byte(`{"report_info_list":[{"log_id":22365}]}`))
	if report.ErrCode != nil {
		t.Errorf("the report is answered %s", show(report))
	}

	list := b.drafts()
	if len(list) != 1 {
		t.Fatalf("there are %d drafts", len(list))
	}
	d := list[0]
	if d.UserVersion != "1.0.0.0" || d.UserDesc != "hello 草稿\n第二行" || d.Developer != "ci机器人3" || d.SourceAppid != appid ||
		strings.Join(d.Package.Pages, " ") != "pages/index/index pkgA/p/p" || d.Package.Size != 125 {
		t.Errorf("the draft is %+v", d)
	}
	for _, f := range d.Package.Files {
		if f.Path == "ci.signature" {
			t.Error("the signature is part of the package")
		}
	}
	b.tidy()
}

func TestDraftsOfTwo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.ok(b.upload(project(), "1.0.0"))
	b.ok(b.upload(project().with("/app.js", "App({a:1})"), "1.0.1")) // takes the place of the first
	other := b.newDev("另一个")
	key := b.newKey(other)
	body := b.signed(project(), key, other.Appid, b.nonce(other.Appid))
	b.ok(b.call(http.MethodPost, "/wxa/ci/upload"+codeQuery(other.Appid, "2.0.0", ""), body))
	list := b.drafts()
	if len(list) != 2 || list[0].ID != 1 || list[0].UserVersion != "1.0.1" || list[1].ID != 2 || list[1].SourceAppid != other.Appid {
		t.Errorf("the box is %+v", list)
	}
	if !strings.HasPrefix(list[1].UserDesc, "ci机器人3 在 ") {
		t.Errorf("the description made up is %q", list[1].UserDesc)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	const ticket = "get new ticket fail innerCode: -80011"
	for name, test := range map[string]struct {
		code int
		msg  string
		do   func(b *bench) answer
	}{
		"a nonce twice": {-1, ticket, func(b *bench) answer {
			nonce := b.nonce(b.dev.Appid)
			attr := b.call(http.MethodPost, "/wxa/ci/getattr", []byte(`{"appid":"`+b.dev.Appid+`","signature":"`+sign(b, b.key, b.dev.Appid, nonce)+`"}`))
			b.ok(attr)
			return b.call(http.MethodPost, "/wxa/ci/upload"+codeQuery(b.dev.Appid, "1", ""), b.signed(project(), b.key, b.dev.Appid, nonce))
		}},
		"a nonce of another": {-1, ticket, func(b *bench) answer {
			nonce := b.nonce(b.newDev("x").Appid)
			return b.call(http.MethodPost, "/wxa/ci/upload"+codeQuery(b.dev.Appid, "1", ""), b.signed(project(), b.key, b.dev.Appid, nonce))
		}},
		"a nonce made up": {-1, ticket, func(b *bench) answer {
			return b.call(http.MethodPost, "/wxa/ci/upload"+codeQuery(b.dev.Appid, "1", ""), b.signed(project(), b.key, b.dev.Appid, strings.Repeat("0", 32)))
		}},
		"an old nonce": {-1, ticket, func(b *bench) answer {
			nonce := b.nonce(b.dev.Appid)
			b.advance(5 * time.Minute)
			return b.call(http.MethodPost, "/wxa/ci/upload"+codeQuery(b.dev.Appid, "1", ""), b.signed(project(), b.key, b.dev.Appid, nonce))
		}},
		"another's key": {-1, ticket, func(b *bench) answer {
			other := b.newKey(b.newDev("x"))
			return b.call(http.MethodPost, "/wxa/ci/upload"+codeQuery(b.dev.Appid, "1", ""), b.signed(project(), other, b.dev.Appid, b.nonce(b.dev.Appid)))
		}},
		"a voided key": {-1, ticket, func(b *bench) answer {
			former := b.key
			b.newKey(b.dev)
			return b.call(http.MethodPost, "/wxa/ci/upload"+codeQuery(b.dev.Appid, "1", ""), b.signed(project(), former, b.dev.Appid, b.nonce(b.dev.Appid)))
		}},
		"a signature for another appid": {-1, ticket, func(b *bench) answer {
			return b.call(http.MethodPost, "/wxa/ci/upload"+codeQuery(b.dev.Appid, "1", ""), b.signed(project(), b.key, b.comp.Appid, b.nonce(b.dev.Appid)))
		}},
		"no signature": {-1, ticket, func(b *bench) answer {
			return b.call(http.MethodPost, "/wxa/ci/upload"+codeQuery(b.dev.Appid, "1", ""), gzipped(container(project())))
		}},
		"an unknown appid": {-1, "innerCode: -80002", func(b *bench) answer {
			return b.call(http.MethodPost, "/wxa/ci/upload"+codeQuery("wxffffffffffffffff", "1", ""), b.signed(project(), b.key, "wxffffffffffffffff", b.nonce("wxffffffffffffffff")))
		}},
		"an appid without a key": {-1, "innerCode: -80002", func(b *bench) answer {
			return b.call(http.MethodPost, "/wxa/ci/upload"+codeQuery(b.newDev("x").Appid, "1", ""), nil)
		}},
		"a blocked address": {-10008, "invalid ip: 203.0.113.9, reference: https://developers.weixin.qq.com/miniprogram/dev/devtools/ci.html", func(b *bench) answer {
			b.dev.UploadIPAllowlist = []string{"10.0.0.*"}
			_, err := b.service.PutDevMiniprogram(context.Background(), b.dev)
			b.must(err)
			b.from = "203.0.113.9:4711"
			return b.upload(project(), "1")
		}},
		"a page that is not there": {-1, "inner upload fail with errcode: 80051, errmsg: ", func(b *bench) answer {
			return b.upload(project().with("/app.json", `{"pages":["pages/none"]}`), "1")
		}},
		"a main package over the limit": {-1, "inner upload fail with errcode: 80200, errmsg: main package source size 2049KB exceed max limit 2MB", func(b *bench) answer {
			return b.upload(project().with("/big.png", strings.Repeat("x", 2<<20)), "1")
		}},
		"a sub-package over the limit": {-1, "errcode: 80200, errmsg: subpackage pkgA source size 2049KB exceed max limit 2MB", func(b *bench) answer {
			return b.upload(project().with("/pkgA/big.png", strings.Repeat("x", 2<<20)), "1")
		}},
		"a denied plugin": {-1, "inner upload fail with errcode: 80082, errmsg: get plugin(id: wx00000000000000aa, version: 1.0.24) failed, permission deny", func(b *bench) answer {
			b.set(func(c *platform.Component) { c.Settings.Switches.DeniedPlugins = []string{"wx00000000000000aa"} })
			return b.upload(project().with("/app.json", `{"pages":["pages/index/index"],"plugins":{"p":{"version":"1.0.24","provider":"wx00000000000000aa"}}}`), "1")
		}},
		"no gzip": {-1, "inner upload fail", func(b *bench) answer {
			return b.call(http.MethodPost, "/wxa/ci/upload"+codeQuery(b.dev.Appid, "1", ""), container(project()))
		}},
		"no body": {-1, "inner upload fail", func(b *bench) answer {
			return b.call(http.MethodPost, "/wxa/ci/upload"+codeQuery(b.dev.Appid, "1", ""), nil)
		}},
		"no version":     {-1, "inner upload fail", func(b *bench) answer { return b.upload(project(), "") }},
		"a long version": {-1, "inner upload fail", func(b *bench) answer { return b.upload(project(), strings.Repeat("1", 65)) }},
		"robot 31":       {-1, "invalid robot", func(b *bench) answer { return b.upload(project(), "1", "robot", "31") }},
		"robot x":        {-1, "invalid robot", func(b *bench) answer { return b.upload(project(), "1", "robot", "x") }},
		"a mini game":    {-1, "invalid type", func(b *bench) answer { return b.upload(project(), "1", "type", "miniGame") }},
		"a broken query": {-1, "invalid query", func(b *bench) answer { return b.call(http.MethodPost, "/wxa/ci/upload?appid=%zz", nil) }},
		"another method": {-1, "wrong method", func(b *bench) answer { return b.call(http.MethodGet, "/wxa/ci/upload", nil) }},
		"another path":   {-1, "not emulated", func(b *bench) answer { return b.call(http.MethodGet, "/wxa/ci/getlatestversion", nil) }},
		"object storage": {-1, "object storage is not offered here", func(b *bench) answer {
			return b.call(http.MethodPost, "/wxa/ci/getmulticosuploadinfo", []byte(`{"appid":"`+b.dev.Appid+`","robot":1,"rawSize":"6502947","busitype":11}`))
		}},
		"a nonce for nothing": {-1, "data format error", func(b *bench) answer { return b.call(http.MethodPost, "/wxa/ci/getrandstr", []byte("[]")) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.refused(test.do(b), test.code, test.msg)
			b.nothing()
		})
	}
}

// TestDirectCommit: code of a merchant goes to its pending list and makes no
// draft; whatever else ext.json says makes one.
func TestDirectCommit(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	merchant, err := b.service.PutAuthorizer(t.Context(), platform.Authorizer{ComponentAppid: b.comp.Appid, Authorized: true})
	b.must(err)
	direct := project().with("/ext.json", `{"extEnable":true,"extAppid":"`+merchant.Appid+`","directCommit":true,"ext":{"a":1}}`)
	b.ok(b.upload(direct, "1.2.0", "extAppId", merchant.Appid))
	if len(b.drafts()) != 0 {
		t.Error("a direct commit made a draft")
	}
	v, err := b.service.PendingVersion(t.Context(), b.comp.Appid, merchant.Appid)
	b.must(err)
	if v.UserVersion != "1.2.0" || v.SourceAppid != b.dev.Appid || v.Developer != "ci机器人3" || !strings.Contains(v.ExtJSON, `"ext":{"a":1}`) {
		t.Errorf("the pending version is %+v", v)
	}
	b.ok(b.upload(direct.with("/app.js", "App({b:1})"), "1.3.0"))
	if v, err = b.service.PendingVersion(t.Context(), b.comp.Appid, merchant.Appid); err != nil || v.UserVersion != "1.3.0" {
		t.Errorf("then it is %+v: %v", v, err)
	}
	for i, ext := range []string{
		`{}`,
		`{"extEnable":true,"extAppid":"` + merchant.Appid + `","directCommit":false}`,
		`{"extEnable":false,"extAppid":"` + merchant.Appid + `","directCommit":true}`,
	} {
		b.ok(b.upload(project().with("/ext.json", ext), "2.0.0"))
		if list := b.drafts(); len(list) != 1 || list[0].ID != int64(i) {
			t.Errorf("after %s the box is %+v", ext, list)
		}
	}
	stranger := project().with("/ext.json", `{"extEnable":true,"extAppid":"wxffffffffffffffff","directCommit":true}`)
	b.refused(b.upload(stranger, "1"), -1, "inner upload fail with errcode: 61003, errmsg: component is not authorized by this account")
	merchant.Authorized = false
	_, err = b.service.PutAuthorizer(t.Context(), merchant)
	b.must(err)
	b.refused(b.upload(direct, "1.4.0"), -1, "errcode: 61003")
	b.tidy()
}

func TestPreview(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	body := b.signed(project(), b.key, b.dev.Appid, b.nonce(b.dev.Appid))
	a := b.call(http.MethodPost, "/wxa/ci/testSourceURL"+codeQuery(b.dev.Appid, "0.0.1", "", "path", "pages/index/index?a=1&b=2", "bigPackageSizeSupport", "1"), body)
	b.ok(a)
	var out struct {
		Code  string            `json:"qrcode_img"`
		Parts []json.RawMessage `json:"subpackage_info"`
	}
	b.must(json.Unmarshal(a.Body, &out))
	code, err := base64.StdEncoding.DecodeString(out.Code)
	b.must(err)
	// The link's length makes it version 6 at the lowest level: 41 modules and a
	// margin of 4 on each side, 8 pixels each. Every other level makes a larger one.
	const side = (41 + 2*4) * 8
	picture, err := png.Decode(bytes.NewReader(code))
	b.must(err)
	if size := picture.Bounds().Size(); size != image.Pt(side, side) || len(out.Parts) != 3 {
		t.Errorf("the answer is %s, the picture %v", a.Body, size)
	}
	v, err := b.service.DevVersion(t.Context(), b.comp.Appid, b.dev.Appid)
	b.must(err)
	if v.UserVersion != "0.0.1" || v.Path != "pages/index/index?a=1&b=2" {
		t.Errorf("the development version is %+v", v)
	}
	b.nothing()
}

// TestCutUpload: an upload that is cut off at any byte leaves nothing behind.
func TestCutUpload(t *testing.T) {
	t.Parallel()
	b := newFileBench(t)
	body := b.signed(project(), b.key, b.dev.Appid, b.nonce(b.dev.Appid))
	step := 1
	if testing.Short() {
		step = 37
	}
	for n := 0; n < len(body); n += step {
		for _, cause := range []error{io.EOF, io.ErrUnexpectedEOF, errors.New("connection reset")} {
			src := io.MultiReader(bytes.NewReader(body[:n]), failing{cause})
			a := b.callFrom(src, http.MethodPost, "/wxa/ci/upload"+codeQuery(b.dev.Appid, "1.0.0", ""))
			if a.ErrCode == nil || *a.ErrCode == 0 {
				t.Fatalf("cut off after %d bytes it is answered %s", n, show(a))
			}
		}
	}
	b.nothing()
	if left, err := filepath.Glob(filepath.Join(b.dir, "state", "*-packages", "*")); err != nil || len(left) > 0 {
		t.Errorf("packages are left: %v %v", left, err)
	}
	// The nonce was not used up by any of them.
	b.ok(b.call(http.MethodPost, "/wxa/ci/upload"+codeQuery(b.dev.Appid, "1.0.0", ""), body))
	if left, err := os.ReadDir(filepath.Join(b.dir, "state", "draftbox.db-packages")); err != nil || len(left) != 1 {
		t.Errorf("packages of one draft: %v %v", left, err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestTranslateFilename(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	sig := sign(b, b.key, b.dev.Appid, b.nonce(b.dev.Appid))
	a := b.call(http.MethodPost, "/wxa/ci/translate_filename", []byte(`{"appid":"`+b.dev.Appid+`","signature":"`+sig+`","arrPaths":["utils/u.js","a.js"]}`))
	b.ok(a)
	if want := `{"pairs":[{"origin":"utils/u.js","translated":"f0"},{"origin":"a.js","translated":"f1"}]}`; string(a.Body) != want {
		t.Errorf("answered %s, want %s", a.Body, want)
	}
}

// TestNonces: beyond the cap the oldest goes, and what nobody has bound gets one
// that is good for nothing.
func TestNonces(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := b.nonce(b.dev.Appid)
	b.advance(time.Second)
	for range 100 {
		b.nonce(b.dev.Appid)
	}
	last := b.nonce(b.dev.Appid)
	body := []byte(`{"appid":"` + b.dev.Appid + `","signature":"` + sign(b, b.key, b.dev.Appid, first) + `"}`)
	b.refused(b.call(http.MethodPost, "/wxa/ci/getattr", body), -1, "-80011")
	body = []byte(`{"appid":"` + b.dev.Appid + `","signature":"` + sign(b, b.key, b.dev.Appid, last) + `"}`)
	b.ok(b.call(http.MethodPost, "/wxa/ci/getattr", body))
	b.nonce("wxffffffffffffffff")
	b.nonce("not an appid at all")
}

func TestJournal(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.ok(b.upload(project(), "1.0.0"))
	e := b.journal.List(journal.Filter{Limit: 1})[0]
	if e.Path != "/wxa/ci/upload" || e.Component != b.comp.Appid || e.ClientIP != "127.0.0.1" ||
		e.Reason != "made draft 0 of "+b.dev.Appid+"; uploaded by ci机器人3, version 2.1.42" {
		t.Errorf("the entry is %+v", e)
	}
	sig := sign(b, b.key, b.dev.Appid, b.nonce(b.dev.Appid))
	b.ok(b.call(http.MethodPost, "/wxa/ci/getattr", []byte(`{"appid":"`+b.dev.Appid+`","signature":"`+sig+`"}`)))
	e = b.journal.List(journal.Filter{Limit: 1})[0].Masked()
	if strings.Contains(string(e.RequestBody), sig) {
		t.Errorf("the signature is whole in %s", e.RequestBody)
	}
}

func TestUnavailable(t *testing.T) {
	t.Parallel()
	b := newFileBench(t)
	body := b.signed(project(), b.key, b.dev.Appid, b.nonce(b.dev.Appid))
	state := filepath.Join(b.dir, "state")
	b.must(os.Rename(state, state+".away"))
	b.refused(b.call(http.MethodPost, "/wxa/ci/upload"+codeQuery(b.dev.Appid, "1.0.0", ""), body), -1, "system error")
	b.tidy()
}
