package wxopen

import (
	"context"
	"net/http"
	"net/url"
)

const (
	pathCommit          = "/wxa/commit"
	pathCodePages       = "/wxa/get_page"
	pathTrialQRCode     = "/wxa/get_qrcode"
	pathCodePrivacyInfo = "/wxa/security/get_code_privacy_info"
)

// CommitRequest says which code a mini program gets.
type CommitRequest struct {
	// TemplateID is a template of the platform's library. 0 is a valid id.
	TemplateID int64
	// ExtJSON is what is different in this mini program. Its zero value changes nothing.
	ExtJSON ExtJSON
	// RawExtJSON, if not empty, is the text that is sent in place of ExtJSON, as it
	// stands.
	RawExtJSON string
	// UserVersion is what the version is called, at most 64 characters.
	UserVersion string
	// UserDesc describes the version.
	UserDesc string
}

type commitBody struct {
	TemplateID  int64  `json:"template_id"`
	ExtJSON     string `json:"ext_json"`
	UserVersion string `json:"user_version"`
	UserDesc    string `json:"user_desc"`
}

// Commit makes a template the mini program's experience version (体验版), in place of
// the one before. The version under audit and the one online stay. It begins a check
// of the privacy interfaces, during which the code cannot be submitted:
// [AuthorizerClient.SubmitWhenChecked].
//
// It is made once, whatever the [RetryPolicy] says, since each commit begins another
// check and takes the place of what somebody else may have committed meanwhile. After
// -1, or when the answer was lost, [AuthorizerClient.VersionInfo] tells whether it was
// carried out.
//
// Refusals: [ErrSystem], [ErrInvalidCredential], [ErrTemplateNotExist],
// [ErrTemplateBroken], [ErrPackageTooLarge], [ErrConcurrent]; of the ext_json
// [ErrExtJSONParse], [ErrExtJSONInvalid], [ErrExtJSONPath] (also where the template
// itself names a page that it lacks), [ErrPagesEmpty], [ErrTabBarPath],
// [ErrPrivateInfoName], [ErrPrivateInfoExclusive], [ErrPrivateInfoForbidden],
// [ErrPluginVersion], [ErrPluginNotFound], [ErrPluginForbidden], [ErrStandardExtJSON].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_commit.html
func (a *AuthorizerClient) Commit(ctx context.Context, c CommitRequest) error {
	text := c.RawExtJSON
	if text == "" {
		var err error
		if text, err = c.ExtJSON.Text(); err != nil {
			return err
		}
	}
	_, err := a.call(ctx, &request{
		method: http.MethodPost,
		path:   pathCommit,
		body:   commitBody{c.TemplateID, text, c.UserVersion, c.UserDesc},
		once:   true,
	})
	return err
}

// CodePages returns the paths of the experience version's pages, which are what
// [AuditItem] Address takes. The list may be empty for a moment after a commit.
//
// Refusals: [ErrSystem], [ErrInvalidCredential], [ErrNotByPlatform],
// [ErrNoExperienceVersion].
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_getcodepage.html
func (a *AuthorizerClient) CodePages(ctx context.Context) ([]string, error) {
	pages := []string{}
	err := a.fetch(ctx, &request{method: http.MethodGet, path: pathCodePages}, func(fields *reader) { fields.list("page_list", &pages) })
	if err != nil {
		return nil, err
	}
	return pages, nil
}

// TrialQRCode returns a picture, a JPEG by the documentation, of the code that opens
// the experience version for testers. Page is what opens, with its query:
// "page/index?action=1". Empty is the first one.
//
// Refusals: [ErrSystem], [ErrInvalidCredential], [ErrInvalidAccessToken]; of a mini
// program without an experience version nothing is documented,
// [ErrNoExperienceVersion] is likely.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_gettrialqrcode.html
func (a *AuthorizerClient) TrialQRCode(ctx context.Context, page string) ([]byte, error) {
	r := &request{method: http.MethodGet, path: pathTrialQRCode, picture: true}
	if page != "" {
		r.query = url.Values{"path": {page}}
	}
	ans, err := a.call(ctx, r)
	switch {
	case err != nil:
		return nil, err
	case ans.object != nil:
		return nil, unusable(r, ans.status, nil, "the answer is no picture")
	}
	return ans.raw, nil
}

// CodePrivacyInfo is what the check of a commit found, in names like wx.getLocation.
// Where both lists are empty nothing is to be done.
type CodePrivacyInfo struct {
	// WithoutAuth are the interfaces that the code uses and the mini program may not:
	// [AuthorizerClient.ApplyPrivacyInterface].
	WithoutAuth []string
	// WithoutConf are those that the code uses without declaring them in
	// [ExtJSON] RequiredPrivateInfos.
	WithoutConf []string
}

// CodePrivacyInfo returns what the check that the last commit began has found.
//
// Refusals: [ErrPrivacyCheckRunning] while it has not ended, after a minute or some;
// [ErrPrivacyInterface] is documented without a case.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/code-management/api_getcodeprivacyinfo.html
func (a *AuthorizerClient) CodePrivacyInfo(ctx context.Context) (CodePrivacyInfo, error) {
	info := CodePrivacyInfo{WithoutAuth: []string{}, WithoutConf: []string{}}
	err := a.fetch(ctx, &request{method: http.MethodGet, path: pathCodePrivacyInfo}, func(fields *reader) {
		fields.list("without_auth_list", &info.WithoutAuth)
		fields.list("without_conf_list", &info.WithoutConf)
	})
	if err != nil {
		return CodePrivacyInfo{}, err
	}
	return info, nil
}
