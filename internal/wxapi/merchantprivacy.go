package wxapi

import (
	"bytes"
	"context"
	"encoding/json"

	"draftbox/internal/platform"
)

// ownerSetting is who collects what users give, on the wire.
type ownerSetting struct {
	ContactPhone  string `json:"contact_phone"`
	ContactEmail  string `json:"contact_email"`
	ContactQQ     string `json:"contact_qq"`
	ContactWeixin string `json:"contact_weixin"`
	StoreExpire   string `json:"store_expire_timestamp"`
	ExtFile       string `json:"ext_file_media_id"`
	NoticeMethod  string `json:"notice_method"`
	StoreRegion   int    `json:"store_region"`
}

// privacyVersion reads privacy_ver; absent it is the development version.
//
// Errors: 47001.
func (c *call) privacyVersion() (int, error) {
	n, given, err := c.integer("privacy_ver")
	if !given {
		n = platform.PrivacyVersionDev
	}
	return int(n), err
}

// getPrivacySetting is getPrivacySetting, 获取小程序用户隐私保护指引.
//
// Errors, in the order of the checks: 47001, 86071, 48001 an official account
// (decided), 61039 while the code is checked (unconfirmed).
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/privacy-management/api_getprivacysetting.html
func (a *API) getPrivacySetting(ctx context.Context, c *call) (*answer, error) {
	version, err := c.privacyVersion()
	if err != nil {
		return nil, err
	}
	state, err := a.service.PrivacySetting(ctx, c.held.component.Appid, c.authorizer.Appid, version)
	if err != nil {
		return nil, err
	}
	type use struct {
		Key   string `json:"privacy_key"`
		Text  string `json:"privacy_text"`
		Label string `json:"privacy_label"`
	}
	type desc struct {
		Key  string `json:"privacy_key"`
		Desc string `json:"privacy_desc"`
	}
	type descs struct {
		List []desc `json:"privacy_desc_list"`
	}
	g := &state.Guideline
	out := struct {
		envelope
		CodeExist int             `json:"code_exist"`
		Found     []string        `json:"privacy_list"`
		Uses      []use           `json:"setting_list"`
		Updated   int64           `json:"update_time"` // Unix seconds; 0: never
		Owner     ownerSetting    `json:"owner_setting"`
		Desc      descs           `json:"privacy_desc"`
		SDKs      json.RawMessage `json:"sdk_privacy_info_list,omitempty"`
	}{envelope: okEnvelope(), Found: orNone(state.Code.Keys), Uses: []use{}, Owner: ownerSetting(g.Owner), SDKs: g.SDKs}
	if state.Code.Exists {
		out.CodeExist = 1
	}
	for _, u := range g.Uses {
		out.Uses = append(out.Uses, use{u.Key, u.Text, ""}) // the label was empty in every answer that was shown
	}
	if !g.UpdatedAt.IsZero() {
		out.Updated = g.UpdatedAt.Unix()
	}
	for _, k := range platform.PrivacyKeys() {
		out.Desc.List = append(out.Desc.List, desc{k.Key, k.Name})
	}
	return reply(out, "%s in the guideline", counted(len(g.Uses), "use"))
}

// setPrivacySetting is setPrivacySetting, 设置小程序用户隐私保护指引.
//
// Errors, in the order of the checks: 47001, 86071, 86069, 86070, 86072, 40097
// setting_list is missing, or there where it may not be (decided), 48001 an official
// account (decided), 86074, 86075, 86073, 61039.
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/miniprogram-management/privacy-management/api_setprivacysetting.html
func (a *API) setPrivacySetting(ctx context.Context, c *call) (*answer, error) {
	in := platform.PrivacyChange{ComponentAppid: c.held.component.Appid, AuthorizerAppid: c.authorizer.Appid}
	var err error
	if in.Version, err = c.privacyVersion(); err != nil {
		return nil, err
	}
	var owner ownerSetting
	given, err := c.object("owner_setting", &owner)
	if err != nil {
		return nil, err
	}
	if given {
		known := platform.PrivacyOwner(owner)
		in.Owner = &known
	}
	if _, err := c.object("setting_list", &in.Uses); err != nil {
		return nil, err
	}
	var sdks []any
	if given, err := c.object("sdk_privacy_info_list", &sdks); err != nil {
		return nil, err
	} else if given && len(sdks) > 0 {
		var compact bytes.Buffer
		if err := json.Compact(&compact, c.members["sdk_privacy_info_list"]); err != nil {
			return nil, err
		}
		in.SDKs = compact.Bytes()
	}
	if err := a.service.SetPrivacySetting(ctx, in); err != nil {
		return nil, err
	}
	return reply(okEnvelope(), "set the guideline, version %d", in.Version)
}

// uploadPrivacySetting is uploadPrivacySetting, 上传小程序用户隐私保护指引文件: a form with the
// file in the part file. Whether it is called .txt is not looked at.
//
// Errors, in the order of the checks: 41005 no such part (decided), 40006 over 1 MiB,
// 48001 an official account (decided), 40126 over 100 KiB, 40005 no text (decided).
//
// https://developers.weixin.qq.com/doc/oplatform/openApi/OpenApiDoc/miniprogram-management/privacy-management/uploadPrivacySetting.html
func (a *API) uploadPrivacySetting(ctx context.Context, c *call) (*answer, error) {
	content, err := c.readFile("file", bodyLimit)
	if err != nil {
		return nil, err
	}
	if len(content) > bodyLimit {
		return nil, platform.Refuse(platform.CodeInvalidMediaSize, "the file is longer than %d bytes", bodyLimit)
	}
	id, err := a.service.KeepPrivacyFile(ctx, c.held.component.Appid, c.authorizer.Appid, content)
	if err != nil {
		return nil, err
	}
	return reply(struct {
		envelope
		ID string `json:"ext_file_media_id"`
	}{okEnvelope(), id}, "took a file of %d bytes", len(content))
}
