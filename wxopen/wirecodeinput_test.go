package wxopen_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"draftbox/wxopen"
)

// codeInput are the members of the golden requests for the code and the settings of a
// mini program.
type codeInput struct {
	query       url.Values
	TemplateID  int64  `json:"template_id"`
	ExtJSON     string `json:"ext_json"`
	UserVersion string `json:"user_version"`
	UserDesc    string `json:"user_desc"`

	Items []struct {
		Address     string `json:"address"`
		Tag         string `json:"tag"`
		FirstClass  string `json:"first_class"`
		SecondClass string `json:"second_class"`
		ThirdClass  string `json:"third_class"`
		FirstID     int64  `json:"first_id"`
		SecondID    int64  `json:"second_id"`
		ThirdID     int64  `json:"third_id"`
		Title       string `json:"title"`
	} `json:"item_list"`
	FeedbackInfo  string `json:"feedback_info"`
	FeedbackStuff string `json:"feedback_stuff"`
	Preview       *struct {
		Videos   []string `json:"video_id_list"`
		Pictures []string `json:"pic_id_list"`
	} `json:"preview_info"`
	VersionDesc string `json:"version_desc"`
	UGC         *struct {
		Scenes       []wxopen.UGCScene  `json:"scene"`
		Methods      []wxopen.UGCMethod `json:"method"`
		OtherScene   string             `json:"other_scene_desc"`
		HasAuditTeam int                `json:"has_audit_team"`
		AuditDesc    string             `json:"audit_desc"`
	} `json:"ugc_declare"`
	PrivacyAPINotUse bool   `json:"privacy_api_not_use"`
	OrderPath        string `json:"order_path"`
	AuditID          int64  `json:"auditid"`

	Percentage        int    `json:"gray_percentage"`
	DebuggersFirst    bool   `json:"support_debuger_first"`
	ExperiencersFirst bool   `json:"support_experiencer_first"`
	Action            string `json:"action"`
	Version           string `json:"version"`

	Request       []string `json:"requestdomain"`
	WsRequest     []string `json:"wsrequestdomain"`
	Upload        []string `json:"uploaddomain"`
	Download      []string `json:"downloaddomain"`
	UDP           []string `json:"udpdomain"`
	TCP           []string `json:"tcpdomain"`
	WebviewDomain []string `json:"webviewdomain"`

	WechatID string `json:"wechatid"`
	UserStr  string `json:"userstr"`

	PrivacyVersion wxopen.PrivacyVersion `json:"privacy_ver"`
	Owner          struct {
		Email  string `json:"contact_email"`
		Phone  string `json:"contact_phone"`
		QQ     string `json:"contact_qq"`
		Weixin string `json:"contact_weixin"`
		File   string `json:"ext_file_media_id"`
		Notice string `json:"notice_method"`
		Expire string `json:"store_expire_timestamp"`
		Region int64  `json:"store_region"`
	} `json:"owner_setting"`
	PrivacyItems []wxopen.PrivacyItem `json:"setting_list"`
	SDKs         []json.RawMessage    `json:"sdk_privacy_info_list"`
	APIName      string               `json:"api_name"`
	Content      string               `json:"content"`
	URLs         []string             `json:"url_list"`
	Pictures     []string             `json:"pic_list"`
	Videos       []string             `json:"video_list"`
}

func readCodeInput(request string) (*codeInput, error) {
	line, body, has := strings.Cut(request, "\n\n")
	in := &codeInput{query: wireQuery(line)}
	if !has {
		return in, nil
	}
	return in, json.Unmarshal([]byte(body), in)
}

func (in *codeInput) audit() wxopen.AuditRequest {
	r := wxopen.AuditRequest{FeedbackInfo: in.FeedbackInfo, VersionDesc: in.VersionDesc, PrivacyAPINotUse: in.PrivacyAPINotUse, OrderPath: in.OrderPath}
	if in.FeedbackStuff != "" {
		r.FeedbackStuff = strings.Split(in.FeedbackStuff, "|")
	}
	if in.Items != nil {
		r.Items = []wxopen.AuditItem{}
	}
	for _, i := range in.Items {
		r.Items = append(r.Items, wxopen.AuditItem{Address: i.Address, Tags: strings.Fields(i.Tag), Title: i.Title, Category: wxopen.AuditCategory{
			FirstClass: i.FirstClass, FirstID: i.FirstID, SecondClass: i.SecondClass, SecondID: i.SecondID, ThirdClass: i.ThirdClass, ThirdID: i.ThirdID,
		}})
	}
	if p := in.Preview; p != nil {
		r.Preview = &wxopen.AuditPreview{Videos: p.Videos, Pictures: p.Pictures}
	}
	if u := in.UGC; u != nil {
		r.UGC = &wxopen.UGCDeclare{Scenes: u.Scenes, Methods: u.Methods, OtherScene: u.OtherScene, HasAuditTeam: u.HasAuditTeam == 1, AuditDesc: u.AuditDesc}
	}
	return r
}

func (in *codeInput) serverDomains() wxopen.ServerDomainChange {
	return wxopen.ServerDomainChange{Action: wxopen.DomainAction(in.Action), Domains: wxopen.ServerDomains{
		Request: in.Request, WsRequest: in.WsRequest, Upload: in.Upload, Download: in.Download, UDP: in.UDP, TCP: in.TCP,
	}}
}

func (in *codeInput) privacy() wxopen.PrivacyChange {
	o := in.Owner
	return wxopen.PrivacyChange{Version: in.PrivacyVersion, Items: in.PrivacyItems, SDKs: in.SDKs, Owner: wxopen.PrivacyOwner{
		ContactEmail: o.Email, ContactPhone: o.Phone, ContactQQ: o.QQ, ContactWeixin: o.Weixin,
		ExtFileMediaID: o.File, NoticeMethod: o.Notice, StoreExpire: o.Expire, StoreRegion: o.Region,
	}}
}

// recorder returns a client with the token of a request that answers each call, and
// what was sent last.
func recorder(t *testing.T, request, answer string) (c *wxopen.Client, sent *string) {
	t.Helper()
	sent = new(string)
	return canned(t, 200, "", func(cfg *wxopen.Config) {
		cfg.Tokens = wxopen.StaticToken(wireQuery(request).Get("access_token"))
		cfg.HTTPClient = &http.Client{Transport: transport(func(req *http.Request) (*http.Response, error) {
			*sent = wireForm(req)
			return jsonResponse(req, answer), nil
		})}
	}), sent
}
