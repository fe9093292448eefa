package wxopen

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// These are under /cgi-bin/component/ and take the account's token all the same.
const (
	pathPrivacySetting    = "/cgi-bin/component/getprivacysetting"
	pathSetPrivacySetting = "/cgi-bin/component/setprivacysetting"
	pathUploadPrivacyFile = "/cgi-bin/component/uploadprivacyextfile"
)

// PrivacyVersion says which privacy guideline (用户隐私保护指引) of a mini program is
// meant. 0 leaves that to the service, which takes the development version.
type PrivacyVersion int

// Guidelines of a mini program.
const (
	// PrivacyOnline is the one online. What of its owner setting changes is in force at once.
	PrivacyOnline PrivacyVersion = 1
	// PrivacyDevelopment is in force after the next audit and release.
	PrivacyDevelopment PrivacyVersion = 2
)

// PrivacyOwner tells who answers for the users' data, and how.
type PrivacyOwner struct {
	// One of the four is needed.
	ContactEmail  string
	ContactPhone  string
	ContactQQ     string
	ContactWeixin string
	// ExtFileMediaID is what [AuthorizerClient.UploadPrivacyFile] returned. It cannot change
	// online.
	ExtFileMediaID string
	// NoticeMethod is how users are told of changes: "弹窗". It is needed.
	NoticeMethod string
	// StoreExpire is how long data is kept, a number of days like "30天"; empty is as long
	// as is necessary.
	StoreExpire string
	// StoreRegion is where, which owners abroad must tell. 0 is not sent.
	StoreRegion int64
	// Extra holds the members of an answer that have no field here. It is not sent.
	Extra map[string]json.RawMessage
}

// PrivacyItem says what one kind of data is for.
type PrivacyItem struct {
	// Key is the kind: "UserInfo", "Location", "PhoneNumber", or one of one's own.
	Key string
	// Text says what it is for. It is empty where the code uses the kind and nobody has
	// said so yet.
	Text string
	// Label is told by the service only.
	Label string
	// Extra holds the members of an answer that have no field here. It is not sent.
	Extra map[string]json.RawMessage
}

// UnmarshalJSON reads an item of an answer.
func (i *PrivacyItem) UnmarshalJSON(text []byte) error {
	r, err := read(text)
	if err != nil {
		return err
	}
	*i = PrivacyItem{Key: r.text("privacy_key"), Text: r.text("privacy_text"), Label: r.text("privacy_label")}
	i.Extra = r.rest()
	return r.err
}

// PrivacyDescription is the Chinese name of a kind of data.
type PrivacyDescription struct {
	Key  string `json:"privacy_key"`
	Desc string `json:"privacy_desc"`
}

// PrivacySetting is the privacy guideline of a mini program.
type PrivacySetting struct {
	// CodeExists is true when code was committed lately; else Found may be empty.
	CodeExists bool
	// Found are the kinds of data that the code uses.
	Found []string
	// Items say what they are for.
	Items []PrivacyItem
	// UpdateTime is when it was set, to the second; zero for never.
	UpdateTime time.Time
	Owner      PrivacyOwner
	// Descriptions name all kinds that there are.
	Descriptions []PrivacyDescription
	// SDKs are what other people's code in the mini program uses, in a form that is not
	// documented.
	SDKs []json.RawMessage
	// Extra holds the members of the answer that have no field here.
	Extra map[string]json.RawMessage
}

// PrivacySetting returns the privacy guideline.
//
// Refusals: seen was [ErrPrivacyVersion]; [ErrPrivacyCheckRunning] is likely right after
// a commit.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/privacy-management/api_getprivacysetting.html
func (a *AuthorizerClient) PrivacySetting(ctx context.Context, version PrivacyVersion) (PrivacySetting, error) {
	var setting PrivacySetting
	r := &request{
		method: http.MethodPost,
		path:   pathPrivacySetting,
		body: struct {
			Version PrivacyVersion `json:"privacy_ver,omitempty"`
		}{version},
	}
	err := a.fetch(ctx, r, func(fields *reader) {
		setting = PrivacySetting{CodeExists: fields.need("code_exist") != 0, Found: fields.texts("privacy_list"), Items: []PrivacyItem{}}
		fields.list("setting_list", &setting.Items)
		if updated := fields.count("update_time"); updated != 0 {
			setting.UpdateTime = time.Unix(updated, 0).UTC()
		}
		fields.inner("owner_setting", setting.Owner.read)
		fields.inner("privacy_desc", func(in *reader) { in.list("privacy_desc_list", &setting.Descriptions) })
		fields.list("sdk_privacy_info_list", &setting.SDKs)
		setting.Extra = fields.rest()
	})
	if err != nil {
		return PrivacySetting{}, err
	}
	return setting, nil
}

func (o *PrivacyOwner) read(in *reader) {
	*o = PrivacyOwner{
		ContactEmail: in.text("contact_email"), ContactPhone: in.text("contact_phone"), ContactQQ: in.text("contact_qq"), ContactWeixin: in.text("contact_weixin"),
		ExtFileMediaID: in.text("ext_file_media_id"), NoticeMethod: in.text("notice_method"),
		StoreExpire: in.text("store_expire_timestamp"), StoreRegion: in.count("store_region"),
	}
	o.Extra = in.rest()
}

// PrivacyChange is a new privacy guideline.
type PrivacyChange struct {
	Version PrivacyVersion
	Owner   PrivacyOwner
	// Items are all kinds of data that the code uses. They are needed, but for
	// [PrivacyOnline], which must have none: nil.
	Items []PrivacyItem
	// SDKs are sent as they stand, nil for none.
	SDKs []json.RawMessage
}

type privacyBody struct {
	Version PrivacyVersion    `json:"privacy_ver,omitempty"`
	Owner   privacyOwnerJSON  `json:"owner_setting"`
	Items   []privacyItemJSON `json:"setting_list,omitzero"`
	SDKs    []json.RawMessage `json:"sdk_privacy_info_list,omitzero"`
}

type privacyOwnerJSON struct {
	ContactEmail   string `json:"contact_email,omitempty"`
	ContactPhone   string `json:"contact_phone,omitempty"`
	ContactQQ      string `json:"contact_qq,omitempty"`
	ContactWeixin  string `json:"contact_weixin,omitempty"`
	ExtFileMediaID string `json:"ext_file_media_id,omitempty"`
	NoticeMethod   string `json:"notice_method,omitempty"`
	StoreExpire    string `json:"store_expire_timestamp,omitempty"`
	StoreRegion    int64  `json:"store_region,omitempty"`
}

type privacyItemJSON struct {
	Key  string `json:"privacy_key"`
	Text string `json:"privacy_text"`
}

func (c PrivacyChange) body() privacyBody {
	o := c.Owner
	body := privacyBody{Version: c.Version, SDKs: c.SDKs, Owner: privacyOwnerJSON{
		o.ContactEmail, o.ContactPhone, o.ContactQQ, o.ContactWeixin, o.ExtFileMediaID, o.NoticeMethod, o.StoreExpire, o.StoreRegion,
	}}
	if c.Items != nil {
		body.Items = []privacyItemJSON{}
	}
	for _, item := range c.Items {
		body.Items = append(body.Items, privacyItemJSON{item.Key, item.Text})
	}
	return body
}

// SetPrivacySetting sets the privacy guideline. The call is made again after -1 within
// the [RetryPolicy]: it says all of the guideline.
//
// Refusals: [ErrOwnerSetting], [ErrNoticeMethod], [ErrStoreExpire], [ErrPrivacyFile],
// [ErrNoOnlinePrivacy], [ErrPrivacyFileFixed]; seen was [ErrPrivacyCheckRunning] right
// after a commit.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/privacy-management/api_setprivacysetting.html
func (a *AuthorizerClient) SetPrivacySetting(ctx context.Context, change PrivacyChange) error {
	_, err := a.call(ctx, &request{method: http.MethodPost, path: pathSetPrivacySetting, body: change.body()})
	return err
}

// UploadPrivacyFile uploads a text file (.txt, at most 100 KB) that supplements the
// privacy guideline, and returns its id for [PrivacyOwner] ExtFileMediaID. Content and
// repetition are as with [AuthorizerClient.UploadAuditMedia].
//
// Refusals: none are documented.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/privacy-management/uploadPrivacySetting.html
func (a *AuthorizerClient) UploadPrivacyFile(ctx context.Context, name string, content io.Reader) (mediaID string, err error) {
	body, err := newForm("file", name, content)
	if err != nil {
		return "", err
	}
	defer body.close()
	r := &request{method: http.MethodPost, path: pathUploadPrivacyFile, form: body}
	if err := a.fetch(ctx, r, func(fields *reader) { mediaID = fields.needText("ext_file_media_id") }); err != nil {
		return "", err
	}
	return mediaID, nil
}
