package console

import (
	"context"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"draftbox/internal/platform"
)

// auditsView is the reviewer's desk: the queue, and the order that is open beside it.
type auditsView struct{ Open *auditView }

// windowLimit bounds what is listed of what has no end: the newest so many.
const windowLimit = 2000

func (a *Console) audits(ctx context.Context, c *call) (*answer, error) {
	return a.auditList(ctx, c, nil)
}

func (a *Console) auditList(ctx context.Context, c *call, open *auditView) (*answer, error) {
	filter := platform.AuditFilter{ComponentAppid: c.component}
	switch status := c.r.URL.Query().Get("status"); status {
	case "":
	case "open":
		filter.Open = true
	default:
		filter.State = platform.AuditState(status)
	}
	all, err := a.service.Audits(ctx, filter, 0, windowLimit)
	if err != nil {
		return nil, err
	}
	names, err := a.namesOf(ctx, c.component, all)
	if err != nil {
		return nil, err
	}
	base := "/c/" + c.component + "/audits"
	l := list[platform.Audit]{
		id: "audits", sort: "-submitted",
		key:  func(o platform.Audit) string { return strconv.FormatInt(o.ID, 10) },
		href: func(o platform.Audit) string { return base + "/" + strconv.FormatInt(o.ID, 10) },
		columns: []column[platform.Audit]{
			{"auditid", false, func(o platform.Audit) cell { return numberCell(o.ID) }},
			{"merchant", false, func(o platform.Audit) cell {
				return cell{Kind: "text", Text: names[o.AuthorizerAppid], Title: o.AuthorizerAppid}
			}},
			{"version", true, func(o platform.Audit) cell { return textCell(o.Version.UserVersion) }},
			{"status", false, func(o platform.Audit) cell { return auditCell(c.texts, o.State) }},
			{"submitted", false, func(o platform.Audit) cell { return c.timeCell(o.SubmittedAt) }},
			{"reason", true, func(o platform.Audit) cell { return firstLine(plain(o.Reason)) }},
		},
	}
	selected := ""
	if open != nil {
		selected = strconv.FormatInt(open.ID, 10)
	}
	t := l.view(c, base, all, selected)
	t.chips(c, "status", "", "open", "passed", "rejected", "withdrawn", "released")
	t.Empty = "audits.empty"
	if len(all) == windowLimit {
		t.Note = c.texts.must("list.window", "n", windowLimit)
	}
	out, err := a.framed(ctx, c, "audits", c.texts.must("nav.audits"), auditsView{open})
	if err != nil {
		return nil, err
	}
	out.view.List = t
	if open != nil {
		out.view.Title, out.view.Up = c.texts.must("audit.title", "id", open.ID), address(base, c.r.URL.Query())
	}
	return out, nil
}

// namesOf returns the nicknames of those that submitted; the appid where there is none.
func (a *Console) namesOf(ctx context.Context, component string, orders []platform.Audit) (map[string]string, error) {
	out := map[string]string{}
	if len(orders) == 0 {
		return out, nil
	}
	all, err := a.accountsOf(ctx, component)
	if err != nil {
		return nil, err
	}
	for _, o := range orders {
		out[o.AuthorizerAppid] = o.AuthorizerAppid
	}
	for _, m := range all {
		if out[m.Appid] != "" && m.NickName != "" {
			out[m.Appid] = m.NickName
		}
	}
	return out, nil
}

func auditCell(t *texts, s platform.AuditState) cell {
	tone := "quiet"
	switch s {
	case platform.AuditPassed, platform.AuditReleased:
		tone = "ok"
	case platform.AuditRejected:
		tone = "refused"
	case platform.AuditWaiting, platform.AuditDelayed:
		tone = "going"
	case platform.AuditNone, platform.AuditWithdrawn:
	}
	return cell{Kind: "pill", Text: t.named("audit_state", stateName(s)), Tone: tone}
}

func auditHref(o *platform.Audit) string { return orderHref(o.ComponentAppid, o.ID) }

func orderHref(component string, id int64) string {
	return "/c/" + component + "/audits/" + strconv.FormatInt(id, 10)
}

var markup = regexp.MustCompile(`<[^>]*>`)

// plain makes a text of a reason, which holds HTML.
func plain(reason string) string {
	reason = strings.NewReplacer("<br>", "\n", "<br/>", "\n", "<br />", "\n").Replace(reason)
	return html.UnescapeString(markup.ReplaceAllString(reason, ""))
}

// decideAudit is the reviewer's word on an order.
func (a *Console) decideAudit(ctx context.Context, c *call) (*answer, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	o, err := a.auditOf(ctx, c, id)
	if err != nil {
		return nil, err
	}
	decide := c.form.Get("decide")
	if !slices.Contains([]string{platform.DecidePass, platform.DecideFail, platform.DecideDelay}, decide) {
		return nil, &refusal{http.StatusUnprocessableEntity, "told.form"}
	}
	d, screenshot := platform.AuditDecision{Decide: decide}, ""
	if decide != platform.DecidePass {
		d.Reason = strings.TrimSpace(strings.ReplaceAll(c.form.Get("reason"), "\r\n", "\n"))
		if d.Reason == "" {
			d.Reason = strings.TrimSpace(c.form.Get("usual"))
		}
		if d.Reason == "" {
			return nil, &refusal{http.StatusUnprocessableEntity, "told.no_reason"}
		}
	}
	if decide == platform.DecideFail {
		if screenshot, err = a.screenshots(ctx, c, &o); err != nil {
			return nil, err
		}
	}
	if o, err = a.service.DecideAudit(ctx, id, d, screenshot); err != nil {
		return nil, err
	}
	return done(auditHref(&o), "decided_"+decide, strconv.FormatInt(id, 10)), nil
}

// screenshots keeps the pictures that come with a rejection and returns their media ids,
// after those that were typed, as the wire joins them.
func (a *Console) screenshots(ctx context.Context, c *call, o *platform.Audit) (string, error) {
	ids := mediaIDs(c.form.Get("screenshot"))
	if c.r.MultipartForm == nil {
		return strings.Join(ids, "|"), nil
	}
	for _, head := range c.r.MultipartForm.File["pictures"] {
		if head.Filename == "" || head.Size == 0 { // browsers send that where none was chosen
			continue
		}
		content, err := contentOf(head)
		if err != nil {
			return "", err
		}
		if !strings.HasPrefix(http.DetectContentType(content), "image/") {
			return "", &refusal{http.StatusUnprocessableEntity, "told.picture"}
		}
		m, err := a.service.UploadAuditMedia(ctx, o.ComponentAppid, o.AuthorizerAppid, content)
		if err != nil {
			return "", err
		}
		ids = append(ids, m.ID)
	}
	return strings.Join(ids, "|"), nil
}

// mediaIDs takes joined media ids apart.
func mediaIDs(joined string) []string {
	return strings.FieldsFunc(joined, func(r rune) bool { return r == '|' || unicode.IsSpace(r) })
}

// auditOf returns an order of the component of the path.
func (a *Console) auditOf(ctx context.Context, c *call, id int64) (platform.Audit, error) {
	o, err := a.service.Audit(ctx, id)
	if err == nil && o.ComponentAppid != c.component {
		err = platform.NotFoundf("component %s has no audit order %d", c.component, id)
	}
	return o, err
}
