package console

import (
	"context"
	"net/http"
)

// handler answers a request.
type handler func(context.Context, *call) (*answer, error)

// routes is the table of all pages and forms. A page's handlers stand in a file of
// their own. What a form refuses is told on the page that it stands on.
func (a *Console) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /static/{file}", serveStatic)
	mux.Handle("GET /login", a.anyone(a.loginPage))
	mux.Handle("POST /login", a.anyone(a.login))
	mux.Handle("POST /logout", a.anyone(a.logout))
	mux.Handle("POST /prefs", a.anyone(a.setPreferences))

	mux.Handle("GET /{$}", a.page(a.home))
	mux.Handle("GET /c", a.page(a.jump))
	mux.Handle("GET /styleguide", a.page(a.styleguide))
	mux.Handle("POST /clock", a.form(a.changeClock, a.home))
	mux.Handle("GET /events", a.page(a.events))

	const c = "/c/{appid}"
	mux.Handle("GET "+c, a.page(a.overview))

	mux.Handle("GET "+c+"/drafts", a.page(a.drafts))
	mux.Handle("POST "+c+"/drafts", a.upload(a.uploadDraft, a.drafts))
	mux.Handle("GET "+c+"/drafts/{id}", a.page(a.draft))
	mux.Handle("GET "+c+"/drafts/{id}/package", a.page(a.draftPackage))
	mux.Handle("POST "+c+"/drafts/{id}/add", a.form(a.addDraft, a.draft))
	mux.Handle("POST "+c+"/drafts/{id}/delete", a.form(a.deleteDraft, a.draft))

	mux.Handle("GET "+c+"/templates", a.page(a.templates))
	mux.Handle("GET "+c+"/templates/{id}", a.page(a.template))
	mux.Handle("POST "+c+"/templates/{id}/delete", a.form(a.deleteTemplate, a.template))

	mux.Handle("GET "+c+"/merchants", a.page(a.merchants))
	mux.Handle("POST "+c+"/merchants", a.form(a.newMerchant, a.merchants))
	mux.Handle("GET "+c+"/merchants/{authorizer}", a.page(a.merchant))
	mux.Handle("POST "+c+"/merchants/{authorizer}/grant", a.form(a.grant, a.merchant))
	mux.Handle("POST "+c+"/merchants/{authorizer}/revoke", a.form(a.revoke, a.merchant))
	mux.Handle("POST "+c+"/merchants/{authorizer}/do/{call}", a.form(a.act, a.merchant))
	mux.Handle("GET "+c+"/merchants/{authorizer}/media/{mediaid}", a.page(a.media))

	mux.Handle("GET "+c+"/audits", a.page(a.audits))
	mux.Handle("GET "+c+"/audits/{id}", a.page(a.audit))
	mux.Handle("POST "+c+"/audits/{id}/decide", a.files(a.decideAudit, a.audit))

	mux.Handle("GET "+c+"/pushes", a.page(a.pushes))
	mux.Handle("GET "+c+"/pushes/{id}", a.page(a.push))
	mux.Handle("POST "+c+"/pushes/{id}/reveal", a.page(a.revealPush))
	mux.Handle("POST "+c+"/pushes/{id}/redeliver", a.form(a.redeliver, a.push))

	mux.Handle("GET "+c+"/requests", a.page(a.requests))
	mux.Handle("GET "+c+"/requests/{rid}", a.page(a.request))
	mux.Handle("POST "+c+"/requests/{rid}/reveal", a.page(a.revealRequest))

	mux.Handle("GET "+c+"/explorer", a.page(a.explorer))
	mux.Handle("GET "+c+"/explorer/{operation}", a.page(a.explorer))
	mux.Handle("POST "+c+"/explorer/{operation}", a.files(a.explore, a.explorer))

	const s = c + "/settings"
	mux.Handle("GET "+s, a.page(a.settings))
	mux.Handle("POST "+s, a.form(a.saveSettings, a.settings))
	mux.Handle("POST "+s+"/reveal", a.page(a.revealSettings))
	mux.Handle("POST "+s+"/credentials/{credential}", a.form(a.changeCredential, a.settings))
	mux.Handle("POST "+s+"/delete", a.form(a.deleteComponent, a.settings))
	mux.Handle("GET "+s+"/miniprograms", a.page(a.miniprograms))
	mux.Handle("POST "+s+"/miniprograms", a.form(a.createMiniprogram, a.miniprograms))
	mux.Handle("GET "+s+"/miniprograms/{dev}", a.page(a.miniprogram))
	mux.Handle("POST "+s+"/miniprograms/{dev}", a.form(a.saveMiniprogram, a.miniprogram))
	mux.Handle("POST "+s+"/miniprograms/{dev}/key", a.form(a.newKey, a.miniprogram))
	mux.Handle("POST "+s+"/miniprograms/{dev}/delete", a.form(a.deleteMiniprogram, a.miniprogram))
	mux.Handle("GET "+s+"/callbacks", a.page(a.callbacks))
	mux.Handle("POST "+s+"/callbacks", a.form(a.saveCallbacks, a.callbacks))
	mux.Handle("POST "+s+"/ticket", a.form(a.pushTicket, a.callbacks))
	mux.Handle("GET "+s+"/audit", a.page(a.auditRules))
	mux.Handle("POST "+s+"/audit", a.form(a.saveAuditRules, a.auditRules))
	mux.Handle("GET "+s+"/switches", a.page(a.switches))
	mux.Handle("POST "+s+"/switches", a.form(a.saveSwitches, a.switches))
	mux.Handle("GET "+s+"/components", a.page(a.components))
	mux.Handle("GET "+s+"/display", a.page(a.displaySettings))
	mux.Handle("POST /components", a.form(a.createComponent, a.componentsBack))

	mux.Handle("/", a.page(nothing))
	return mux
}
