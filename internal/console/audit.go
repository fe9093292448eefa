package console

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"draftbox/internal/platform"
)

// auditView is an order as a reviewer sees it.
type auditView struct {
	ID                 int64
	Merchant           platform.Authorizer
	MerchantHref       string
	State              cell
	Open               bool
	Version, Desc      string
	TemplateID         int64
	Submitted, Decided cell
	Reason             string
	Screenshots        []mediaView
	SpedUp             bool
	Planned            string
	Due                cell
	Items              []itemView
	Pages, PrivacyAPIs []string
	VersionDesc        string
	Feedback           string
	PrivacyNotUse      bool
	OrderPath          string
	Media              []mediaView
	Submission         string
	Pushes             []pushLine
	Usual              []string
}

// itemView is one page of a submission.
type itemView struct {
	Address string `json:"address"`
	Tag     string `json:"tag"`
	Title   string `json:"title"`
	First   string `json:"first_class"`
	Second  string `json:"second_class"`
	Third   string `json:"third_class"`
}

// mediaView is a picture or a video of a submission, or a screenshot of its rejection.
type mediaView struct {
	ID, Href string // Href is empty for one that is not here, or no longer
	Video    bool
}

// pushLine is an event that told of an order.
type pushLine struct {
	Type, Href string
	State      cell
	Time       cell
}

// usualReasons is how many reasons there are to pick: usual.1 and so on.
const usualReasons = 4

// submitted is what a reviewer looks at of the body of submit_audit.
type submitted struct {
	Items    []itemView `json:"item_list"`
	Feedback string     `json:"feedback_info"`
	Version  string     `json:"version_desc"`
	NotUse   bool       `json:"privacy_api_not_use"`
	Order    string     `json:"order_path"`
	Preview  struct {
		Videos   []string `json:"video_id_list"`
		Pictures []string `json:"pic_id_list"`
	} `json:"preview_info"`
}

func (a *Console) audit(ctx context.Context, c *call) (*answer, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	o, err := a.auditOf(ctx, c, id)
	if err != nil {
		return nil, err
	}
	m, err := a.service.Authorizer(ctx, c.component, o.AuthorizerAppid)
	if err != nil {
		return nil, err
	}
	v := &auditView{
		ID: o.ID, Merchant: m, MerchantHref: "/c/" + c.component + "/merchants/" + m.Appid, State: auditCell(c.texts, o.State), Open: o.State.Open(),
		Version: o.Version.UserVersion, Desc: o.Version.UserDesc, TemplateID: o.Version.TemplateID, Submitted: c.timeCell(o.SubmittedAt),
		Decided: c.timeCell(o.DecidedAt), Reason: plain(o.Reason), SpedUp: o.SpedUp,
		Pages: o.Version.Config.Pages, PrivacyAPIs: o.Version.PrivacyAPIs, Submission: pretty(o.Request),
	}
	if !o.DueAt.IsZero() {
		v.Planned, v.Due = o.Planned.Decide, c.timeCell(o.DueAt)
	}
	for _, id := range mediaIDs(o.Screenshot) {
		shown := mediaView{ID: id}
		if _, _, err := a.service.AuditMedia(ctx, o.ComponentAppid, o.AuthorizerAppid, id); err == nil {
			shown.Href = v.MerchantHref + "/media/" + url.PathEscape(id)
		}
		v.Screenshots = append(v.Screenshots, shown)
	}
	var in submitted
	if json.Unmarshal(o.Request, &in) == nil { // what does not fit is in the body below
		v.Items, v.Feedback, v.VersionDesc, v.PrivacyNotUse, v.OrderPath = in.Items, in.Feedback, in.Version, in.NotUse, in.Order
		for _, id := range in.Preview.Videos {
			v.Media = append(v.Media, mediaView{id, v.MerchantHref + "/media/" + url.PathEscape(id), true})
		}
		for _, id := range in.Preview.Pictures {
			v.Media = append(v.Media, mediaView{id, v.MerchantHref + "/media/" + url.PathEscape(id), false})
		}
	}
	for n := 1; n <= usualReasons; n++ {
		v.Usual = append(v.Usual, c.texts.must("usual."+strconv.Itoa(n)))
	}
	if v.Pushes, err = a.pushesOf(ctx, c, &o); err != nil {
		return nil, err
	}
	return a.auditList(ctx, c, v)
}

// pushesOf returns the events that told of an order, newest first: those of its
// merchant between its submission and the decision.
func (a *Console) pushesOf(ctx context.Context, c *call, o *platform.Audit) ([]pushLine, error) {
	rows, err := a.service.Deliveries(ctx, platform.DeliveryFilter{ComponentAppid: c.component, Authorizer: o.AuthorizerAppid}, platform.DeliveryPlace{}, pageSize)
	if err != nil {
		return nil, err
	}
	var out []pushLine
	for _, d := range rows {
		late := !o.DecidedAt.IsZero() && d.CreatedAt.After(o.DecidedAt)
		if strings.HasPrefix(d.Type, "weapp_audit_") && !late && !d.CreatedAt.Before(o.SubmittedAt) {
			out = append(out, pushLine{d.Type, pushHref(&d), pushCell(c.texts, &d), c.timeCell(d.CreatedAt)})
		}
	}
	return out, nil
}

// media is a picture or a video of a submission, as it was uploaded. What is neither
// is not shown: it could be a page.
func (a *Console) media(ctx context.Context, c *call) (*answer, error) {
	m, content, err := a.service.AuditMedia(ctx, c.component, c.r.PathValue("authorizer"), c.r.PathValue("mediaid"))
	if err != nil {
		return nil, err
	}
	kind := "video/mp4"
	if m.Type != "video" {
		if kind = http.DetectContentType(content); !strings.HasPrefix(kind, "image/") {
			kind = "application/octet-stream"
		}
	}
	return &answer{kind: kind, content: content}, nil
}
