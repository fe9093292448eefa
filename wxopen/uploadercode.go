package wxopen

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"
)

const (
	pathUpload  = "/wxa/ci/upload"
	pathPreview = "/wxa/ci/testSourceURL"
)

// CodeUpload says what an upload is to be called.
type CodeUpload struct {
	// Version becomes the draft's user_version. It must not be empty; 64
	// characters are taken.
	Version string
	// Desc becomes the draft's user_desc. It may be empty.
	Desc string
	// Robot is which robot (机器人) uploads, 1 to 30; 0 means 1. The draft names
	// it as its developer.
	Robot int
	// Progress, if not nil, is told the bytes of the body that were handed over
	// for sending, and of how many. Its calls come one after another, none after
	// the upload has returned.
	Progress func(sent, total int64)
}

// CodePreview says what a preview shows.
type CodePreview struct {
	// Desc describes the preview. It may be empty.
	Desc string
	// Robot is as in [CodeUpload].
	Robot int
	// Page is the page that opens, with its query: "pages/log/log?a=1". Empty is
	// the first one.
	Page string
	// Progress is as in [CodeUpload].
	Progress func(sent, total int64)
}

// Parts that [UploadedPart] names beside the sub-packages.
const (
	WholePart = "__FULL__" // all of the mini program
	MainPart  = "__APP__"  // the main package
)

// UploadedPart is the size of one part of a mini program.
type UploadedPart struct {
	// Name is [WholePart], [MainPart] or a sub-package.
	Name string
	// Size is in bytes.
	Size int64
}

// UnmarshalJSON reads a part of an answer.
func (p *UploadedPart) UnmarshalJSON(text []byte) error {
	r, err := read(text)
	if err != nil {
		return err
	}
	*p = UploadedPart{Name: r.text("name"), Size: r.count("size")}
	return r.err
}

// UploadedPlugin is a plugin that the mini program uses.
type UploadedPlugin struct {
	// Provider is the plugin's appid.
	Provider string
	Version  string
	// Size is in bytes.
	Size int64
}

// UnmarshalJSON reads a plugin of an answer.
func (p *UploadedPlugin) UnmarshalJSON(text []byte) error {
	r, err := read(text)
	if err != nil {
		return err
	}
	*p = UploadedPlugin{Provider: r.text("provider"), Version: r.text("version"), Size: r.count("size")}
	return r.err
}

// UploadedCode is what the service says of an upload. It does not say which
// draft came of it; [Client.LatestDraft] finds that.
type UploadedCode struct {
	Parts   []UploadedPart
	Plugins []UploadedPlugin
	// Extra holds the members of the answer's body that have no field here.
	Extra map[string]json.RawMessage
}

// Preview is what the service says of a preview.
type Preview struct {
	UploadedCode
	// QRCode is a picture, JPEG or PNG, of the code that opens the preview.
	QRCode []byte
}

// Upload uploads the mini program in a project folder, as DevTools opens it,
// which makes it a draft. Of two uploads of one development mini program the
// later stays.
//
// The package is the folder that miniprogramRoot of project.config.json names.
// Left out are names that begin with a dot, node_modules, __MACOSX,
// project.private.config.json and ci.signature. A symbolic link is an error, as
// are files of over 63 MiB together.
//
// A refusal is an [*Error]. Its codes are few and its texts say more: -10008
// (invalid ip: ...), and -1 for all else, with "innerCode: -80011" for a key that
// is not, or no longer, that of the mini program, and "errcode: 80200" for a
// package that is too large. So -1 does not mean here that a second try helps,
// and none is made. After a [*TransportError] the draft may be there.
//
// https://developers.weixin.qq.com/miniprogram/dev/devtools/ci.html
func (u *Uploader) Upload(ctx context.Context, o CodeUpload, code fs.FS) (*UploadedCode, error) {
	if o.Version == "" {
		return nil, errors.New("wxopen: set CodeUpload.Version")
	}
	query := url.Values{"version": {o.Version}, "desc": {o.Desc}, "debugLaunchInfo": {debugLaunchInfo}}
	r := &request{path: pathUpload, query: query}
	status, body, err := u.send(ctx, r, o.Robot, o.Progress, code)
	if err != nil {
		return nil, err
	}
	return readUploaded(r, status, body)
}

// debugLaunchInfo is what miniprogram-ci sends where its user says nothing of it:
// a start from the list of mini programs.
const debugLaunchInfo = `{"scene":1011}`

// Preview uploads the mini program as a development version, which makes no
// draft, and returns the code that opens it. Files and errors are those of
// [Uploader.Upload].
func (u *Uploader) Preview(ctx context.Context, o CodePreview, code fs.FS) (*Preview, error) {
	query := url.Values{
		"version": {"0.0.1"}, // always, with miniprogram-ci
		"desc":    {o.Desc}, "debugLaunchInfo": {debugLaunchInfo}, "bigPackageSizeSupport": {"1"},
	}
	if o.Page != "" {
		query.Set("path", o.Page)
	}
	r := &request{path: pathPreview, query: query}
	status, body, err := u.send(ctx, r, o.Robot, o.Progress, code)
	if err != nil {
		return nil, err
	}
	picture, err := base64.StdEncoding.DecodeString(body.text("qrcode_img"))
	if err != nil || len(picture) == 0 {
		return nil, unusable(r, status, r.secrets, "the answer has no qrcode_img, a picture in base64")
	}
	uploaded, err := readUploaded(r, status, body)
	if err != nil {
		return nil, err
	}
	return &Preview{UploadedCode: *uploaded, QRCode: picture}, nil
}

func readUploaded(r *request, status int, body *reader) (*UploadedCode, error) {
	c := &UploadedCode{}
	body.list("subpackage_info", &c.Parts)
	body.list("ext_plugin_info", &c.Plugins)
	if body.err != nil {
		return nil, unusable(r, status, r.secrets, "body: %w", body.err)
	}
	c.Extra = body.rest()
	return c, nil
}

// send packs the code, posts it and returns the body of the answer.
func (u *Uploader) send(ctx context.Context, r *request, robot int, progress func(sent, total int64), code fs.FS) (status int, body *reader, err error) {
	const robots = 30
	if robot < 0 || robot > robots {
		return 0, nil, fmt.Errorf("wxopen: robot %d: it must be 1 to %d", robot, robots)
	}
	p, err := readProject(code)
	if err != nil {
		return 0, nil, err
	}
	sig, err := u.sign(ctx)
	if err != nil {
		return 0, nil, err
	}
	r.method = http.MethodPost
	r.secrets = sig.secrets()
	r.query.Set("codeprotect", "0")
	r.query.Set("type", "miniProgram")
	r.query.Set("appid", u.appid)
	r.query.Set("robot", strconv.Itoa(max(robot, 1)))
	if p.extAppid != "" {
		r.query.Set("extAppId", p.extAppid)
	}
	signed, err := json.Marshal(struct {
		Signature string `json:"signature"`
		Version   string `json:"version"`
	}{sig.text, uploaderVersion})
	if err != nil {
		return 0, nil, err
	}
	packed, err := pack(ctx, code, p.files, signed, u.tempDir)
	if err != nil {
		return 0, nil, err
	}
	defer packed.Close()
	ans, err := u.postPacked(ctx, r, packed, progress)
	if err != nil {
		return 0, nil, err
	}
	body, err = ans.member(r, "body")
	return ans.status, body, err
}

func (u *Uploader) postPacked(ctx context.Context, r *request, packed *uploadBody, progress func(sent, total int64)) (answer, error) {
	s := &sending{body: packed, report: progress}
	defer s.end()
	body, err := s.open()
	if err != nil {
		return answer{}, err
	}
	req, err := u.newRequest(ctx, r, body)
	if err != nil {
		return answer{}, err
	}
	req.ContentLength = packed.size
	req.GetBody = s.open
	return u.do(r, req)
}
