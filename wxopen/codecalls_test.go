package wxopen_test

import (
	"context"
	"testing"
	"time"

	"draftbox/wxopen"
)

func seconds(n int64) time.Time { return time.Unix(n, 0).UTC() }

// accountCall makes a call of the table of one that is made with the account's token.
func accountCall[T any](call func(ctx context.Context, a *wxopen.AuthorizerClient) (T, error)) func(context.Context, *wxopen.Client, *wxopen.AuthorizerClient) (any, error) {
	return func(ctx context.Context, _ *wxopen.Client, a *wxopen.AuthorizerClient) (any, error) {
		return call(ctx, a)
	}
}

// accountNone is the same for a call that returns an error only.
func accountNone(call func(ctx context.Context, a *wxopen.AuthorizerClient) error) func(context.Context, *wxopen.Client, *wxopen.AuthorizerClient) (any, error) {
	return none(func(ctx context.Context, _ *wxopen.Client, a *wxopen.AuthorizerClient) error { return call(ctx, a) })
}

// education is a category with a third level.
var education = wxopen.AuditCategory{FirstClass: "教育", FirstID: 3, SecondClass: "学历教育", SecondID: 4, ThirdClass: "高等", ThirdID: 5}

// audit is the example of the official page.
var audit = wxopen.AuditRequest{
	Items: []wxopen.AuditItem{
		{Address: "index", Tags: []string{"学习", "生活"}, Category: wxopen.AuditCategory{FirstClass: "文娱", FirstID: 1, SecondClass: "资讯", SecondID: 2}, Title: "首页"},
		{Address: "page/logs/logs", Tags: []string{"学习", "工作"}, Category: education, Title: "日志"},
	},
	FeedbackInfo: "blablabla", FeedbackStuff: []string{"xx", "yy", "zz"},
	Preview:     &wxopen.AuditPreview{Videos: []string{"xxxx"}, Pictures: []string{"xxxx", "yyyy", "zzzz"}},
	VersionDesc: "blablabla",
	UGC:         &wxopen.UGCDeclare{Scenes: []wxopen.UGCScene{wxopen.UGCUser, wxopen.UGCImage}, Methods: []wxopen.UGCMethod{wxopen.UGCPlatformAPI}, HasAuditTeam: true, AuditDesc: "blablabla"},
}

const auditText = `{"item_list":[` +
	`{"address":"index","tag":"学习 生活","first_class":"文娱","second_class":"资讯","first_id":1,"second_id":2,"title":"首页"},` +
	`{"address":"page/logs/logs","tag":"学习 工作","first_class":"教育","second_class":"学历教育","third_class":"高等","first_id":3,"second_id":4,"third_id":5,"title":"日志"}],` +
	`"feedback_info":"blablabla","feedback_stuff":"xx|yy|zz","preview_info":{"video_id_list":["xxxx"],"pic_id_list":["xxxx","yyyy","zzzz"]},` +
	`"version_desc":"blablabla","ugc_declare":{"scene":[1,2],"method":[1],"has_audit_team":1,"audit_desc":"blablabla"}}`

var codeCalls = []credentialCall{
	{
		name: "Commit",
		call: accountNone(func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			return a.Commit(ctx, wxopen.CommitRequest{
				ExtJSON: wxopen.ExtJSON{
					ExtAppid: "wxf9c4501a76931b33", Ext: map[string]any{"attr1": "value1"}, ExtPages: map[string]any{"index": map[string]any{}}, Pages: []string{"index", "search/index"},
				},
				UserVersion: "V1.0", UserDesc: "test",
			})
		}),
		request: "POST /wxa/commit?access_token=merchanttoken\n\n" +
			`{"template_id":0,"ext_json":"{\"extAppid\":\"wxf9c4501a76931b33\",\"ext\":{\"attr1\":\"value1\"},\"extPages\":{\"index\":{}},\"pages\":[\"index\",\"search/index\"]}","user_version":"V1.0","user_desc":"test"}`,
		answer:  done,
		refusal: wxopen.ErrTemplateNotExist,
	},
	{
		name: "Commit as it is",
		call: accountNone(func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			return a.Commit(ctx, wxopen.CommitRequest{TemplateID: 12, UserVersion: "1.0.0"})
		}),
		request: "POST /wxa/commit?access_token=merchanttoken\n\n" + `{"template_id":12,"ext_json":"{}","user_version":"1.0.0","user_desc":""}`,
		answer:  done,
		refusal: wxopen.ErrExtJSONPath,
	},
	{
		name: "Commit of a text",
		call: accountNone(func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			return a.Commit(ctx, wxopen.CommitRequest{TemplateID: 12, RawExtJSON: "{\"ext\":\n", ExtJSON: wxopen.ExtJSON{ExtAppid: "wx1"}, UserVersion: "1", UserDesc: "a\nb"})
		}),
		request: "POST /wxa/commit?access_token=merchanttoken\n\n" + `{"template_id":12,"ext_json":"{\"ext\":\n","user_version":"1","user_desc":"a\nb"}`,
		answer:  done,
		refusal: wxopen.ErrExtJSONParse,
	},
	{
		name: "CodePages",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) ([]string, error) {
			return a.CodePages(ctx)
		}),
		request: "GET /wxa/get_page?access_token=merchanttoken",
		answer:  `{"errcode":0,"errmsg":"ok","page_list":["index","page/list"]}`,
		want:    []string{"index", "page/list"},
		lenient: true,
		refusal: wxopen.ErrNoExperienceVersion,
	},
	{
		name: "CodePrivacyInfo",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (wxopen.CodePrivacyInfo, error) {
			return a.CodePrivacyInfo(ctx)
		}),
		request: "GET /wxa/security/get_code_privacy_info?access_token=merchanttoken",
		answer:  `{"errcode":0,"errmsg":"ok","without_auth_list":["wx.getLocation","wx.onLocationChange"],"without_conf_list":["wx.onLocationChange"]}`,
		want:    wxopen.CodePrivacyInfo{WithoutAuth: []string{"wx.getLocation", "wx.onLocationChange"}, WithoutConf: []string{"wx.onLocationChange"}},
		lenient: true,
		refusal: wxopen.ErrPrivacyCheckRunning,
	},
	{
		name: "SubmitAudit",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (int64, error) {
			return a.SubmitAudit(ctx, audit)
		}),
		request: "POST /wxa/submit_audit?access_token=merchanttoken\n\n" + auditText,
		answer:  `{"errcode":0,"errmsg":"ok","auditid":1234567}`,
		want:    int64(1234567),
		refusal: wxopen.ErrAuditInProgress,
	},
	{
		name: "SubmitAudit of nothing more",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (int64, error) {
			return a.SubmitAudit(ctx, wxopen.AuditRequest{})
		}),
		request: "POST /wxa/submit_audit?access_token=merchanttoken\n\n{}",
		answer:  `{"errcode":0,"errmsg":"ok","auditid":"429827924"}`,
		want:    int64(429827924),
		refusal: wxopen.ErrNotCommitted,
	},
	{
		name: "SubmitAudit of empty lists",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (int64, error) {
			return a.SubmitAudit(ctx, wxopen.AuditRequest{
				Items: []wxopen.AuditItem{}, Preview: &wxopen.AuditPreview{}, UGC: &wxopen.UGCDeclare{Scenes: []wxopen.UGCScene{wxopen.UGCNone}, OtherScene: "x"},
				PrivacyAPINotUse: true, OrderPath: "pages/order",
			})
		}),
		request: "POST /wxa/submit_audit?access_token=merchanttoken\n\n" +
			`{"item_list":[],"preview_info":{"video_id_list":[],"pic_id_list":[]},"ugc_declare":{"scene":[0],"other_scene_desc":"x"},"privacy_api_not_use":true,"order_path":"pages/order"}`,
		answer:  `{"errcode":0,"errmsg":"ok","auditid":0}`,
		want:    int64(0),
		refusal: wxopen.ErrItemCount,
	},
	{
		name: "AuditStatus of a rejected order",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (wxopen.AuditStatus, error) {
			return a.AuditStatus(ctx, 1234567)
		}),
		request: "POST /wxa/get_auditstatus?access_token=merchanttoken\n\n" + `{"auditid":1234567}`,
		answer:  `{"errcode":0,"errmsg":"ok","status":1,"reason":"帐号信息不合规范","screenshot":"xxx|yyy|zzz","new":1}`,
		want: wxopen.AuditStatus{
			AuditID: 1234567, Status: wxopen.AuditRejected, Reason: "帐号信息不合规范", ScreenShots: []string{"xxx", "yyy", "zzz"}, Extra: extra("new", "1"),
		},
		refusal: wxopen.ErrAuditID,
	},
	{
		name: "AuditStatus of one that passed",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (wxopen.AuditStatus, error) {
			return a.AuditStatus(ctx, 443190649)
		}),
		request: "POST /wxa/get_auditstatus?access_token=merchanttoken\n\n" + `{"auditid":443190649}`,
		answer:  `{"errcode":0,"errmsg":"ok","status":0}`,
		want:    wxopen.AuditStatus{AuditID: 443190649, Status: wxopen.AuditPassed},
		refusal: wxopen.ErrNotByPlatform,
	},
	{
		name: "LatestAuditStatus",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (wxopen.AuditStatus, error) {
			return a.LatestAuditStatus(ctx)
		}),
		request: "GET /wxa/get_latest_auditstatus?access_token=merchanttoken",
		answer:  `{"errcode":0,"errmsg":"ok","auditid":"1234567","status":4,"reason":"r","ScreenShot":"xx|yy","user_version":"V1.5","user_desc":"test","submit_audit_time":1640763673}`,
		want: wxopen.AuditStatus{
			AuditID: 1234567, Status: wxopen.AuditDelayed, Reason: "r", ScreenShots: []string{"xx", "yy"}, UserVersion: "V1.5", UserDesc: "test", SubmitTime: seconds(1640763673),
		},
		refusal: wxopen.ErrNoAudit,
	},
	{
		name: "UndoAudit",
		call: accountNone(func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			return a.UndoAudit(ctx)
		}),
		request: "GET /wxa/undocodeaudit?access_token=merchanttoken",
		answer:  done,
		refusal: wxopen.ErrUndoQuota,
	},
	{
		name: "AuditQuota",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (wxopen.AuditQuota, error) {
			return a.AuditQuota(ctx)
		}),
		request: "GET /wxa/queryquota?access_token=merchanttoken",
		answer:  `{"errcode":0,"errmsg":"ok","rest":0,"limit":20,"speedup_rest":1,"speedup_limit":2,"x":[]}`,
		want:    wxopen.AuditQuota{Limit: 20, SpeedUpRest: 1, SpeedUpLimit: 2, Extra: extra("x", "[]")},
		refusal: wxopen.ErrNeedComponentToken,
	},
	{
		name: "SpeedUpAudit",
		call: accountNone(func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			return a.SpeedUpAudit(ctx, 12345)
		}),
		request: "POST /wxa/speedupaudit?access_token=merchanttoken\n\n" + `{"auditid":12345}`,
		answer:  done,
		refusal: wxopen.ErrSpeedUpQuota,
	},
	{
		name: "Release",
		call: accountNone(func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			return a.Release(ctx)
		}),
		request: "POST /wxa/release?access_token=merchanttoken\n\n{}",
		answer:  done,
		refusal: wxopen.ErrAlreadyReleased,
	},
	{
		name: "HistoryVersions",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) ([]wxopen.HistoryVersion, error) {
			return a.HistoryVersions(ctx)
		}),
		request: "GET /wxa/revertcoderelease?access_token=merchanttoken&action=get_history_version",
		answer:  `{"errcode":0,"errmsg":"ok","version_list":[{"commit_time":1504790906,"user_version":"11","user_desc":"a\nb","app_version":454},{"app_version":"0","x":1}]}`,
		want: []wxopen.HistoryVersion{
			{AppVersion: 454, UserVersion: "11", UserDesc: "a\nb", CommitTime: seconds(1504790906)}, {Extra: extra("x", "1")},
		},
		lenient: true,
		refusal: wxopen.ErrInvalidArgs,
	},
	{
		name: "RevertRelease",
		call: accountNone(func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			return a.RevertRelease(ctx)
		}),
		request: "GET /wxa/revertcoderelease?access_token=merchanttoken",
		answer:  done,
		refusal: wxopen.ErrRevertForbidden,
	},
	{
		name: "RevertReleaseTo",
		call: accountNone(func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			return a.RevertReleaseTo(ctx, 123)
		}),
		request: "GET /wxa/revertcoderelease?access_token=merchanttoken&app_version=123",
		answer:  done,
		refusal: wxopen.ErrGrayReleaseRunning,
	},
	{
		name: "VersionInfo",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (wxopen.VersionInfo, error) {
			return a.VersionInfo(ctx)
		}),
		request: "POST /wxa/getversioninfo?access_token=merchanttoken\n\n{}",
		answer:  `{"errcode":0,"errmsg":"ok","exp_info":{"exp_time":1640762988,"exp_version":"V1.0","exp_desc":"test","y":2},"release_info":{"release_time":1640763902,"release_version":"","release_desc":""},"x":1}`,
		want: wxopen.VersionInfo{
			Experience: &wxopen.CodeVersion{Time: seconds(1640762988), Version: "V1.0", Desc: "test", Extra: extra("y", "2")},
			Release:    &wxopen.CodeVersion{Time: seconds(1640763902)}, Extra: extra("x", "1"),
		},
		lenient: true,
		refusal: wxopen.ErrEmptyPostData,
	},
	{
		name: "VersionInfo of nothing",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (wxopen.VersionInfo, error) {
			return a.VersionInfo(ctx)
		}),
		request: "POST /wxa/getversioninfo?access_token=merchanttoken\n\n{}",
		answer:  done,
		want:    wxopen.VersionInfo{},
		lenient: true,
		refusal: wxopen.ErrInvalidCredential,
	},
	{
		name: "GrayRelease",
		call: accountNone(func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			return a.GrayRelease(ctx, wxopen.GrayReleaseChange{Percentage: 1, DebuggersFirst: true, ExperiencersFirst: true})
		}),
		request: "POST /wxa/grayrelease?access_token=merchanttoken\n\n" + `{"gray_percentage":1,"support_experiencer_first":true,"support_debuger_first":true}`,
		answer:  done,
		refusal: wxopen.ErrNothingOnline,
	},
	{
		name: "GrayReleasePlan",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (wxopen.GrayReleasePlan, error) {
			return a.GrayReleasePlan(ctx)
		}),
		request: "GET /wxa/getgrayreleaseplan?access_token=merchanttoken",
		answer:  `{"errcode":0,"errmsg":"ok","gray_release_plan":{"status":1,"create_timestamp":1517553721,"gray_percentage":8,"support_experiencer_first":true,"support_debuger_first":false,"x":1}}`,
		want:    wxopen.GrayReleasePlan{Status: wxopen.GrayRunning, CreateTime: seconds(1517553721), Percentage: 8, ExperiencersFirst: true, Extra: extra("x", "1")},
		lenient: true,
		refusal: wxopen.ErrNotByPlatform,
	},
	{
		name: "GrayReleasePlan of none",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (wxopen.GrayReleasePlan, error) {
			return a.GrayReleasePlan(ctx)
		}),
		request: "GET /wxa/getgrayreleaseplan?access_token=merchanttoken",
		answer:  `{"errcode":0,"errmsg":"ok","gray_release_plan":{"status":0,"create_timestamp":0,"gray_percentage":0,"support_experiencer_first":false,"support_debuger_first":false}}`,
		want:    wxopen.GrayReleasePlan{},
		lenient: true,
		refusal: wxopen.ErrAPINotGranted,
	},
	{
		name: "RevertGrayRelease",
		call: accountNone(func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			return a.RevertGrayRelease(ctx)
		}),
		request: "GET /wxa/revertgrayrelease?access_token=merchanttoken",
		answer:  done,
		refusal: wxopen.ErrNotReleasable,
	},
	{
		name: "SetVisitStatus",
		call: accountNone(func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			return a.SetVisitStatus(ctx, true)
		}),
		request: "POST /wxa/change_visitstatus?access_token=merchanttoken\n\n" + `{"action":"open"}`,
		answer:  done,
		refusal: wxopen.ErrVisitUnchangeable,
	},
	{
		name: "SetVisitStatus to closed",
		call: accountNone(func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			return a.SetVisitStatus(ctx, false)
		}),
		request: "POST /wxa/change_visitstatus?access_token=merchanttoken\n\n" + `{"action":"close"}`,
		answer:  done,
		refusal: wxopen.ErrVisitAction,
	},
	{
		name: "VisitStatus",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (bool, error) {
			return a.VisitStatus(ctx)
		}),
		request: "POST /wxa/getvisitstatus?access_token=merchanttoken\n\n{}",
		answer:  `{"errcode":0,"errmsg":"ok","status":1}`,
		want:    true,
		refusal: wxopen.ErrEmptyPostData,
	},
	{
		name: "SupportVersion",
		call: accountCall(func(ctx context.Context, a *wxopen.AuthorizerClient) (wxopen.SupportVersion, error) {
			return a.SupportVersion(ctx)
		}),
		request: "POST /cgi-bin/wxopen/getweappsupportversion?access_token=merchanttoken\n\n{}",
		answer:  `{"errcode":0,"errmsg":"ok","now_version":"1.0.0","uv_info":{"items":[{"percentage":0,"version":"1.0.0"},{"percentage":"12.5","version":"1.0.1"}]},"x":1}`,
		want:    wxopen.SupportVersion{Now: "1.0.0", Users: []wxopen.VersionUsers{{Version: "1.0.0"}, {Version: "1.0.1", Percentage: 12.5}}, Extra: extra("x", "1")},
		lenient: true,
		refusal: wxopen.ErrEmptyPostData,
	},
	{
		name: "SetSupportVersion",
		call: accountNone(func(ctx context.Context, a *wxopen.AuthorizerClient) error {
			return a.SetSupportVersion(ctx, "1.0.0")
		}),
		request: "POST /cgi-bin/wxopen/setweappsupportversion?access_token=merchanttoken\n\n" + `{"version":"1.0.0"}`,
		answer:  done,
		refusal: wxopen.ErrSupportVersion,
	},
}

func TestCodeCalls(t *testing.T) {
	t.Parallel()
	checkCalls(t, codeCalls)
}
