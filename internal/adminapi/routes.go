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
		{pattern: "POST " + component + "/dev_miniprograms/{dev_appid}/upload_key", handle: a.handle(a.newUploadKey)},
		{pattern: "GET " + component + "/dev_miniprograms/{dev_appid}/dev_version", handle: a.handle(a.getDevVersion)},

		{pattern: "GET " + component + "/drafts", handle: a.handle(a.listDrafts)},
		{pattern: "POST " + component + "/drafts", handle: a.handleUpload(a.uploadDraft)},
		{pattern: "GET " + component + "/drafts/{draft_id}", handle: a.handle(a.getDraft)},
		{pattern: "DELETE " + component + "/drafts/{draft_id}", handle: a.handle(a.deleteDraft)},
		{pattern: "GET " + component + "/drafts/{draft_id}/package", handle: a.handle(a.downloadDraftPackage)},

		{pattern: "GET " + component + "/templates", handle: a.handle(a.listTemplates)},
		{pattern: "POST " + component + "/templates", handle: a.handle(a.addTemplate)},
		{pattern: "DELETE " + component + "/templates/{template_id}", handle: a.handle(a.deleteTemplate)},

		{pattern: "GET " + component + "/authorizers", handle: a.handle(a.listAuthorizers)},
		{pattern: "POST " + component + "/authorizers", handle: a.handle(a.createAuthorizer)},
		{pattern: "POST " + component + "/authorizers/{authorizer_appid}/tokens", handle: a.handle(a.issueAuthorizerToken)},
		{pattern: "GET " + component + "/authorizers/{authorizer_appid}/pending", handle: a.handle(a.listPending)},

		{pattern: "GET " + v1 + "/requests", handle: a.handle(a.listRequests)},
		{pattern: "GET " + v1 + "/requests/{rid}", handle: a.handle(a.getRequest)},

		{pattern: "GET " + v1 + "/clock", handle: a.handle(a.getClock)},
		{pattern: "POST " + v1 + "/clock", handle: a.handle(a.changeClock)},

		{pattern: "GET " + v1 + "/openapi/wechat.yaml", handle: a.handle(wechatDocument), open: true},
		{pattern: "GET " + v1 + "/openapi/uploader.yaml", handle: a.handle(uploaderDocument), open: true},
		{pattern: "GET " + v1 + "/openapi/admin.yaml", handle: a.handle(adminDocument), open: true},
		{pattern: "GET /livez", handle: a.handle(livez), open: true},
		{pattern: "GET /readyz", handle: a.handle(a.readyz), open: true},
		{pattern: "GET /metrics", handle: a.handle(a.metrics), open: true},
		{pattern: "GET /{$}", handle: a.handle(a.index), open: true},
	}
}

// Routes lists the calls as "METHOD /path", with the names of path parameters in
// braces.
func (a *API) Routes() []string {
	var out []string
	for _, r := range a.routes() {
		out = append(out, strings.TrimSuffix(r.pattern, "{$}"))
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
