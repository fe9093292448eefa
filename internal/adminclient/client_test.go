package adminclient_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"draftbox/api/apitest"
	"draftbox/internal/adminclient"
)

const (
	component  = "wx0000000000000001"
	dev        = "wx00000000000000d1"
	authorizer = "wx00000000000000a1"
	rid        = "6b0285a0-0a1b2c3d-4e5f6071"
	delivery   = component + "-17"
	audit      = 400000017
)

// newDocumented returns a client of a server that answers every operation with
// the example of the OpenAPI document. Requests are held against it, too.
func newDocumented(t *testing.T) *adminclient.Client {
	t.Helper()
	v := apitest.Admin(t)
	mux := http.NewServeMux()
	for path, item := range v.Spec().Paths.Map() {
		for method, op := range item.Operations() {
			mux.HandleFunc(method+" "+path, func(w http.ResponseWriter, _ *http.Request) {
				status, media := documented(op)
				w.Header().Set("Content-Type", media)
				w.WriteHeader(status)
				example := op.Responses.Status(status).Value.Content[media].Example
				if text, ok := example.(string); ok {
					_, _ = io.WriteString(w, text)
				} else if err := json.NewEncoder(w).Encode(example); err != nil {
					t.Error(err)
				}
			})
		}
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	hc := &http.Client{Transport: v.Transport(t, server.Client().Transport)}
	return adminclient.New(server.URL+"/", "admintoken", hc)
}

// documented returns the status and the content type of the good answer, of the
// one for something new where there are two.
func documented(op *openapi3.Operation) (status int, media string) {
	status = http.StatusOK
	if op.Responses.Status(http.StatusCreated) != nil {
		status = http.StatusCreated
	}
	types := slices.Sorted(maps.Keys(op.Responses.Status(status).Value.Content))
	return status, types[0]
}

// TestEveryCall makes each call once and checks that the types hold all that the
// document's example of the answer says.
func TestEveryCall(t *testing.T) {
	t.Parallel()
	c := newDocumented(t)
	spec := apitest.Admin(t).Spec()
	for _, tt := range []struct {
		operation string // METHOD PATH as the document has it
		call      func(context.Context) (any, error)
	}{
		{"GET /_draftbox/v1/components", func(ctx context.Context) (any, error) {
			return adminclient.Take(c.Components(ctx, 0), 0)
		}},
		{"GET /_draftbox/v1/components/{appid}", func(ctx context.Context) (any, error) {
			return c.Component(ctx, component, true)
		}},
		{"PATCH /_draftbox/v1/components/{appid}", func(ctx context.Context) (any, error) {
			return c.UpdateComponent(ctx, component, adminclient.ComponentChange{Name: new("n")})
		}},
		{"POST /_draftbox/v1/components", func(ctx context.Context) (any, error) {
			return c.CreateComponent(ctx, adminclient.ComponentCreate{
				Name: "n", DevMiniprograms: []adminclient.DevMiniprogramInput{{Name: "商城"}},
			})
		}},
		{"GET /_draftbox/v1/components/{appid}/dev_miniprograms", func(ctx context.Context) (any, error) {
			return adminclient.Take(c.DevMiniprograms(ctx, component), 0)
		}},
		{"POST /_draftbox/v1/components/{appid}/dev_miniprograms", func(ctx context.Context) (any, error) {
			return c.BindDevMiniprogram(ctx, component, adminclient.DevMiniprogramInput{Appid: dev})
		}},
		{"POST /_draftbox/v1/components/{appid}/dev_miniprograms/{dev_appid}/upload_key", func(ctx context.Context) (any, error) {
			return c.NewUploadKey(ctx, component, dev)
		}},
		{"GET /_draftbox/v1/components/{appid}/dev_miniprograms/{dev_appid}/dev_version", func(ctx context.Context) (any, error) {
			return c.DevVersion(ctx, component, dev)
		}},
		{"GET /_draftbox/v1/components/{appid}/ticket", func(ctx context.Context) (any, error) {
			return c.Ticket(ctx, component)
		}},
		{"POST /_draftbox/v1/components/{appid}/ticket/push", func(ctx context.Context) (any, error) {
			return c.PushTicket(ctx, component)
		}},
		{"POST /_draftbox/v1/components/{appid}/tokens", func(ctx context.Context) (any, error) {
			return c.IssueComponentToken(ctx, component)
		}},
		{"GET /_draftbox/v1/components/{appid}/drafts", func(ctx context.Context) (any, error) {
			return adminclient.Take(c.Drafts(ctx, component), 0)
		}},
		{"GET /_draftbox/v1/components/{appid}/drafts/{draft_id}", func(ctx context.Context) (any, error) {
			return c.Draft(ctx, component, 0)
		}},
		{"POST /_draftbox/v1/components/{appid}/drafts", func(ctx context.Context) (any, error) {
			u := adminclient.Upload{SourceAppid: dev, UserVersion: "1.0.0", UserDesc: "首个\n版本", Developer: "小明"}
			return c.UploadDraft(ctx, component, u, strings.NewReader("PK"), 2)
		}},
		{"DELETE /_draftbox/v1/components/{appid}/drafts/{draft_id}", func(ctx context.Context) (any, error) {
			return struct{}{}, c.DeleteDraft(ctx, component, 0)
		}},
		{"GET /_draftbox/v1/components/{appid}/templates", func(ctx context.Context) (any, error) {
			return adminclient.Take(c.Templates(ctx, component), 0)
		}},
		{"GET /_draftbox/v1/components/{appid}/authorizers", func(ctx context.Context) (any, error) {
			return adminclient.Take(c.Authorizers(ctx, component), 0)
		}},
		{"POST /_draftbox/v1/components/{appid}/authorizers", func(ctx context.Context) (any, error) {
			in := adminclient.AuthorizerInput{Appid: authorizer, Authorized: new(bool), AuthorizerChange: everyChange()}
			return c.CreateAuthorizer(ctx, component, in)
		}},
		{"GET /_draftbox/v1/components/{appid}/authorizers/{authorizer_appid}", func(ctx context.Context) (any, error) {
			return c.Authorizer(ctx, component, authorizer)
		}},
		{"PATCH /_draftbox/v1/components/{appid}/authorizers/{authorizer_appid}", func(ctx context.Context) (any, error) {
			return c.UpdateAuthorizer(ctx, component, authorizer, everyChange())
		}},
		{"DELETE /_draftbox/v1/components/{appid}/authorizers/{authorizer_appid}", func(ctx context.Context) (any, error) {
			return struct{}{}, c.DeleteAuthorizer(ctx, component, authorizer)
		}},
		{"POST /_draftbox/v1/components/{appid}/authorizers/{authorizer_appid}/grant", func(ctx context.Context) (any, error) {
			return c.GrantAuthorization(ctx, component, authorizer, adminclient.Grant{FuncIDs: &[]int{18, 30}, PreAuthCode: "preauthcode@@@x"})
		}},
		{"POST /_draftbox/v1/components/{appid}/authorizers/{authorizer_appid}/revoke", func(ctx context.Context) (any, error) {
			return c.RevokeAuthorization(ctx, component, authorizer)
		}},
		{"GET /_draftbox/v1/components/{appid}/authorizers/{authorizer_appid}/pending", func(ctx context.Context) (any, error) {
			return c.PendingVersions(ctx, component, authorizer)
		}},
		{"POST /_draftbox/v1/components/{appid}/authorizers/{authorizer_appid}/tokens", func(ctx context.Context) (any, error) {
			return c.IssueAuthorizerTokens(ctx, component, authorizer)
		}},
		{"POST /_draftbox/v1/components/{appid}/authorizers/{authorizer_appid}/fastregister_ticket", func(ctx context.Context) (any, error) {
			return c.IssueRegistrationTicket(ctx, component, authorizer)
		}},
		{"GET /_draftbox/v1/components/{appid}/registrations", func(ctx context.Context) (any, error) {
			return adminclient.Take(c.Registrations(ctx, component), 0)
		}},
		{"POST /_draftbox/v1/components/{appid}/registrations/{registration_id}/decide", func(ctx context.Context) (any, error) {
			return c.DecideRegistration(ctx, component, "0123456789", adminclient.RegistrationDecision{Status: new(int), Msg: "OK"})
		}},
		{"GET /_draftbox/v1/components/{appid}/templates/{template_id}", func(ctx context.Context) (any, error) {
			return c.Template(ctx, component, 0)
		}},
		{"GET /_draftbox/v1/components/{appid}/authorizers/{authorizer_appid}/code", func(ctx context.Context) (any, error) {
			return c.Code(ctx, component, authorizer)
		}},
		{"GET /_draftbox/v1/audits", func(ctx context.Context) (any, error) {
			f := adminclient.AuditFilter{Component: component, Authorizer: authorizer, Status: adminclient.AuditOpen, PageSize: 5}
			return adminclient.Take(c.Audits(ctx, f), 5)
		}},
		{"GET /_draftbox/v1/audits/{auditid}", func(ctx context.Context) (any, error) {
			return c.Audit(ctx, audit)
		}},
		{"POST /_draftbox/v1/audits/{auditid}/approve", func(ctx context.Context) (any, error) {
			return c.ApproveAudit(ctx, audit)
		}},
		{"POST /_draftbox/v1/audits/{auditid}/reject", func(ctx context.Context) (any, error) {
			return c.RejectAudit(ctx, audit, adminclient.AuditRejection{Reason: "1:无内容<br>", Screenshot: "a|b"})
		}},
		{"POST /_draftbox/v1/audits/{auditid}/delay", func(ctx context.Context) (any, error) {
			return c.DelayAudit(ctx, audit, "请耐心等待")
		}},
		{"GET /_draftbox/v1/deliveries", func(ctx context.Context) (any, error) {
			f := adminclient.DeliveryFilter{Component: component, Type: "authorized", State: adminclient.DeliveryFailed, Authorizer: authorizer, PageSize: 5}
			return adminclient.Take(c.Deliveries(ctx, f), 5)
		}},
		{"GET /_draftbox/v1/deliveries/{delivery_id}", func(ctx context.Context) (any, error) {
			return c.Delivery(ctx, delivery, true)
		}},
		{"POST /_draftbox/v1/deliveries/{delivery_id}/redeliver", func(ctx context.Context) (any, error) {
			return c.Redeliver(ctx, delivery)
		}},
		{"GET /_draftbox/v1/requests", func(ctx context.Context) (any, error) {
			f := adminclient.RequestFilter{Component: component, Path: "/wxa/*", Errcode: "0", Since: "10m", PageSize: 5}
			return adminclient.Take(c.Requests(ctx, f), 5)
		}},
		{"GET /_draftbox/v1/requests/{rid}", func(ctx context.Context) (any, error) {
			return c.Request(ctx, rid, true)
		}},
		{"GET /_draftbox/v1/clock", func(ctx context.Context) (any, error) {
			return c.Clock(ctx)
		}},
		{"POST /_draftbox/v1/clock", func(ctx context.Context) (any, error) {
			return c.ChangeClock(ctx, adminclient.ClockChange{Advance: "2h"})
		}},
	} {
		t.Run(tt.operation, func(t *testing.T) {
			t.Parallel()
			got, err := tt.call(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			method, path, _ := strings.Cut(tt.operation, " ")
			op := spec.Paths.Value(path).GetOperation(method)
			status, media := documented(op)
			want := op.Responses.Status(status).Value.Content[media].Example
			if page, ok := want.(map[string]any); ok && page["items"] != nil {
				want = page["items"]
			}
			if diff := cmp.Diff(plain(t, want), plain(t, got), sameTimes); diff != "" {
				t.Errorf("the type loses or adds something (-document +type):\n%s", diff)
			}
		})
	}
}

// everyChange sets all that can be changed of a merchant's account.
func everyChange() adminclient.AuthorizerChange {
	name := "商户一"
	return adminclient.AuthorizerChange{
		NickName: &name, FuncIDs: &[]int{18, 30},
		Profile: &adminclient.Profile{
			Account: "miniprogram", UserName: "gh_0123456789ab", PrincipalName: "示例商户有限公司", HeadImg: "https://example.com/1.png",
			QrcodeURL: "https://example.com/2.png", Signature: "s", Alias: "a", ServiceType: 4, VerifyType: -1, RegisterType: 6, AccountStatus: 1,
		},
		Categories: &[]adminclient.Category{{First: "工具", Second: "效率"}}, Restrictions: &[]string{"frozen"},
		CategoryAudits: &[]adminclient.CategoryAudit{{First: "工具", Second: "效率", Status: "rejected", Reason: "r"}}, PrivateInfos: &[]string{"getLocation"},
		Plugins: &[]adminclient.Plugin{{Appid: "wx00000000000000aa", Versions: []string{"1.0.0"}, Denied: true}}, Testers: &[]string{"xiaoming"},
		Privacy: &adminclient.PrivacyGuideline{
			Owner: adminclient.PrivacyOwner{
				ContactPhone: "1", ContactEmail: "a@example.com", ContactQQ: "2", ContactWeixin: "w", StoreExpire: "30天", ExtFile: "7", NoticeMethod: "弹窗", StoreRegion: 1017,
			},
			Uses: []adminclient.PrivacyUse{{Key: "UserInfo", Text: "展示头像"}}, Online: true,
		},
	}
}

// sameTimes compares times by what they say: Go leaves zeros out at the end of a
// fraction.
var sameTimes = cmp.FilterValues(func(a, b string) bool {
	_, errA := time.Parse(time.RFC3339, a)
	_, errB := time.Parse(time.RFC3339, b)
	return errA == nil && errB == nil
}, cmp.Comparer(func(a, b string) bool {
	timeA, _ := time.Parse(time.RFC3339, a)
	timeB, _ := time.Parse(time.RFC3339, b)
	return timeA.Equal(timeB)
}))

// plain returns a value as JSON has it.
func plain(t *testing.T, v any) (out any) {
	t.Helper()
	text, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestReadyAndDownload(t *testing.T) {
	t.Parallel()
	c := newDocumented(t)
	if err := c.Ready(t.Context()); err != nil {
		t.Errorf("Ready: %v", err)
	}
	var code bytes.Buffer
	if err := c.DownloadDraft(t.Context(), component, 0, &code); err != nil || code.String() != "PK\x03\x04" {
		t.Errorf("DownloadDraft = %q, %v", code.String(), err)
	}
	var media bytes.Buffer
	if err := c.DownloadAuditMedia(t.Context(), component, authorizer, "c4fFs3kYbQ", &media); err != nil || media.String() != "\u0089PNG" {
		t.Errorf("DownloadAuditMedia = %q, %v", media.String(), err)
	}
}

func serve(t *testing.T, h http.HandlerFunc) *adminclient.Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return adminclient.New(server.URL, "admintoken", server.Client())
}

func TestListFollowsPagesAsFarAsNeeded(t *testing.T) {
	t.Parallel()
	var asked []string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.RawQuery)
		if r.Header.Get("Authorization") != "Bearer admintoken" {
			t.Errorf("Authorization = %q", r.Header.Get("Authorization"))
		}
		switch r.URL.Query().Get("cursor") {
		case "":
			_, _ = io.WriteString(w, `{"items":[{"appid":"a"},{"appid":"b"}],"next":"n 2"}`)
		case "n 2":
			_, _ = io.WriteString(w, `{"items":[{"appid":"c"}],"next":""}`)
		}
	})
	all, err := adminclient.Take(c.Components(t.Context(), 0), 0)
	if err != nil || len(all) != 3 || all[2].Appid != "c" {
		t.Fatalf("all = %+v, %v", all, err)
	}
	if want := []string{"limit=1000", "cursor=n+2&limit=1000"}; !cmp.Equal(asked, want) {
		t.Errorf("asked %q, want %q", asked, want)
	}
	asked = nil
	some, err := adminclient.Take(c.Components(t.Context(), 0), 2)
	if err != nil || len(some) != 2 || len(asked) != 1 {
		t.Errorf("first two = %+v, %v after %d calls", some, err, len(asked))
	}
}

func TestEmptyListIsNotNil(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"items":[],"next":""}`) })
	if got, err := adminclient.Take(c.Authorizers(t.Context(), component), 0); got == nil || err != nil {
		t.Errorf("Take = %#v, %v; want an empty list", got, err)
	}
}

func TestRefusal(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"error":{"code":"not_found","message":"there is no component x"}}`)
	})
	_, err := c.Component(t.Context(), "x", false)
	refusal, ok := errors.AsType[*adminclient.Error](err)
	if !ok || refusal.Status != http.StatusNotFound || refusal.Code != "not_found" || refusal.Error() != "there is no component x" {
		t.Errorf("error = %#v", err)
	}
}

func TestAnswerOfSomethingElse(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "<html>Bad gateway", http.StatusBadGateway)
	})
	_, err := c.Clock(t.Context())
	refusal, ok := errors.AsType[*adminclient.Error](err)
	if !ok || refusal.Code != "" || !strings.Contains(refusal.Message, "HTTP 502") || !strings.Contains(refusal.Message, "Bad gateway") {
		t.Errorf("error = %v", err)
	}
	c = serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })
	if _, err := c.Clock(t.Context()); err == nil || !strings.Contains(err.Error(), "/clock") {
		t.Errorf("no JSON: %v, want an error that names the call", err)
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil { // nothing listens on its port now
		t.Fatal(err)
	}
	c := adminclient.New("http://"+l.Addr().String(), "secret-token", nil)
	_, err = c.Clock(t.Context())
	if !errors.Is(err, adminclient.ErrUnreachable) || strings.Contains(err.Error(), "secret-token") {
		t.Errorf("error = %v, want %v", err, adminclient.ErrUnreachable)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = c.Clock(ctx); !errors.Is(err, context.Canceled) || errors.Is(err, adminclient.ErrUnreachable) {
		t.Errorf("error = %v, want %v", err, context.Canceled)
	}
}
