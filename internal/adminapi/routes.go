package adminapi

import (
	"net/http"
	"slices"
	"strings"
)

// route is one call of the API.
type route struct {
	pattern string // method and path, as http.ServeMux has them
	handle  http.Handler
	open    bool // asks for no token; it tells no secrets
}

// routes is the table of all calls. A resource's handlers stand in a file of
// their own.
func (a *API) routes() []route {
	const v1 = "/_draftbox/v1"
	const component = v1 + "/components/{appid}"
	const authorizer = component + "/authorizers/{authorizer_appid}"
	return []route{
		{pattern: "GET " + v1 + "/components", handle: a.handle(a.listComponents)},
		{pattern: "POST " + v1 + "/components", handle: a.handle(a.createComponent)},
		{pattern: "GET " + component, handle: a.handle(a.getComponent)},
		{pattern: "PATCH " + component, handle: a.handle(a.updateComponent)},
		{pattern: "DELETE " + component, handle: a.handle(a.deleteComponent)},

		{pattern: "GET " + component + "/ticket", handle: a.handle(a.getTicket)},
		{pattern: "POST " + component + "/ticket/push", handle: a.handle(a.pushTicket)},
		{pattern: "POST " + component + "/tokens", handle: a.handle(a.issueComponentToken)},

		{pattern: "GET " + component + "/dev_miniprograms", handle: a.handle(a.listDevMiniprograms)},
		{pattern: "POST " + component + "/dev_miniprograms", handle: a.handle(a.createDevMiniprogram)},
		{pattern: "DELETE " + component + "/dev_miniprograms/{dev_appid}", handle: a.handle(a.deleteDevMiniprogram)},
		{pattern: "POST " + component + "/dev_miniprograms/{dev_appid}/upload_key", handle: a.handle(a.newUploadKey)},
		{pattern: "GET " + component + "/dev_miniprograms/{dev_appid}/dev_version", handle: a.handle(a.getDevVersion)},

		{pattern: "GET " + component + "/drafts", handle: a.handle(a.listDrafts)},
		{pattern: "POST " + component + "/drafts", handle: a.handleUpload(a.uploadDraft)},
		{pattern: "GET " + component + "/drafts/{draft_id}", handle: a.handle(a.getDraft)},
		{pattern: "DELETE " + component + "/drafts/{draft_id}", handle: a.handle(a.deleteDraft)},
		{pattern: "GET " + component + "/drafts/{draft_id}/package", handle: a.handle(a.downloadDraftPackage)},

		{pattern: "GET " + component + "/templates", handle: a.handle(a.listTemplates)},
		{pattern: "POST " + component + "/templates", handle: a.handle(a.addTemplate)},
		{pattern: "GET " + component + "/templates/{template_id}", handle: a.handle(a.getTemplate)},
		{pattern: "DELETE " + component + "/templates/{template_id}", handle: a.handle(a.deleteTemplate)},

		{pattern: "GET " + component + "/authorizers", handle: a.handle(a.listAuthorizers)},
		{pattern: "POST " + component + "/authorizers", handle: a.handle(a.createAuthorizer)},
		{pattern: "GET " + authorizer, handle: a.handle(a.getAuthorizer)},
		{pattern: "PATCH " + authorizer, handle: a.handle(a.updateAuthorizer)},
		{pattern: "DELETE " + authorizer, handle: a.handle(a.deleteAuthorizer)},
		{pattern: "POST " + authorizer + "/grant", handle: a.handle(a.grantAuthorization)},
		{pattern: "POST " + authorizer + "/revoke", handle: a.handle(a.revokeAuthorization)},
		{pattern: "POST " + authorizer + "/tokens", handle: a.handle(a.issueAuthorizerToken)},
		{pattern: "GET " + authorizer + "/pending", handle: a.handle(a.listPending)},
		{pattern: "POST " + authorizer + "/fastregister_ticket", handle: a.handle(a.issueRegistrationTicket)},
		{pattern: "GET " + authorizer + "/privacy_interfaces", handle: a.handle(a.listApplications)},
		{pattern: "POST " + authorizer + "/privacy_interfaces/{api_name}/decide", handle: a.handle(a.decideApplication)},
		{pattern: "POST " + authorizer + "/categories/decide", handle: a.handle(a.decideCategory)},

		{pattern: "GET " + authorizer + "/code", handle: a.handle(a.getCode)},
		{pattern: "GET " + authorizer + "/audit_media/{mediaid}", handle: a.handle(a.getAuditMedia)},

		{pattern: "GET " + component + "/registrations", handle: a.handle(a.listRegistrations)},
		{pattern: "POST " + component + "/registrations/{registration_id}/decide", handle: a.handle(a.decideRegistration)},

		{pattern: "GET " + v1 + "/audits", handle: a.handle(a.listAudits)},
		{pattern: "GET " + v1 + "/audits/{auditid}", handle: a.handle(a.getAudit)},
		{pattern: "POST " + v1 + "/audits/{auditid}/approve", handle: a.handle(a.approveAudit)},
		{pattern: "POST " + v1 + "/audits/{auditid}/reject", handle: a.handle(a.rejectAudit)},
		{pattern: "POST " + v1 + "/audits/{auditid}/delay", handle: a.handle(a.delayAudit)},

		{pattern: "GET " + v1 + "/deliveries", handle: a.handle(a.listDeliveries)},
		{pattern: "GET " + v1 + "/deliveries/{delivery_id}", handle: a.handle(a.getDelivery)},
		{pattern: "POST " + v1 + "/deliveries/{delivery_id}/redeliver", handle: a.handle(a.redeliver)},

		{pattern: "GET " + v1 + "/requests", handle: a.handle(a.listRequests)},
		{pattern: "GET " + v1 + "/requests/{rid}", handle: a.handle(a.getRequest)},

		{pattern: "GET " + v1 + "/clock", handle: a.handle(a.getClock)},
		{pattern: "POST " + v1 + "/clock", handle: a.handle(a.changeClock)},

		{pattern: "GET " + v1 + "/events/stream", handle: a.events()},

		{pattern: "GET " + v1 + "/openapi/wechat.yaml", handle: a.handle(wechatDocument), open: true},
		{pattern: "GET " + v1 + "/openapi/uploader.yaml", handle: a.handle(uploaderDocument), open: true},
		{pattern: "GET " + v1 + "/openapi/admin.yaml", handle: a.handle(adminDocument), open: true},
		{pattern: "GET /livez", handle: a.handle(livez), open: true},
		{pattern: "GET /readyz", handle: a.handle(a.readyz), open: true},
		{pattern: "GET /metrics", handle: a.handle(a.metrics), open: true},
	}
}

// Routes lists the calls as "METHOD /path", with the names of path parameters in
// braces.
func (a *API) Routes() []string {
	var out []string
	for _, r := range a.routes() {
		out = append(out, r.pattern)
	}
	return out
}

// mux routes to the table's handlers, and answers in our own words for paths and
// methods that it does not have.
func (a *API) mux() *http.ServeMux {
	mux := http.NewServeMux()
	allow := map[string][]string{}
	var paths []string
	open := map[string]bool{}
	for _, r := range a.routes() {
		method, path, _ := strings.Cut(r.pattern, " ")
		if _, seen := allow[path]; !seen {
			paths = append(paths, path)
		}
		allow[path] = append(allow[path], method)
		if method == http.MethodGet {
			allow[path] = append(allow[path], http.MethodHead)
		}
		open[path] = r.open
		mux.Handle(r.pattern, a.guarded(r.handle, r.open))
	}
	for _, path := range paths {
		slices.Sort(allow[path])
		mux.Handle(path, a.guarded(a.methodNotAllowed(strings.Join(allow[path], ", ")), open[path]))
	}
	mux.Handle("/", a.handle(notFound))
	// A caller without a token does not learn which paths there are.
	mux.Handle("/_draftbox", a.guarded(a.handle(notFound), false))
	mux.Handle("/_draftbox/", a.guarded(a.handle(notFound), false))
	return mux
}

func (a *API) methodNotAllowed(allow string) http.Handler {
	return a.handle(func(r *http.Request) (*answer, error) {
		return nil, &methodError{allow: allow, method: r.Method}
	})
}

func notFound(r *http.Request) (*answer, error) {
	return nil, &refusal{http.StatusNotFound, "not_found", "There is no " + r.URL.Path + " here; GET /_draftbox/v1/openapi/admin.yaml describes what there is."}
}
