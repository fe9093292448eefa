package adminapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"draftbox/internal/platform"
)

// merchantBody is what can be set around a merchant's code.
type merchantBody struct {
	CategoryAudits *[]platform.CategoryAudit         `json:"category_audits"`
	PrivateInfos   nullable[string]                  `json:"private_infos"` // null: all
	Plugins        nullable[platform.MerchantPlugin] `json:"plugins"`       // null: any
	Testers        *[]string                         `json:"testers"`
	Privacy        *platform.PrivacyDeclaration      `json:"privacy"`
}

// nullable is a list that can be set to null, which is another thing than its absence
// and than an empty list.
type nullable[T any] struct {
	given bool
	list  []T // nil: null
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *nullable[T]) UnmarshalJSON(text []byte) error {
	n.given, n.list = true, nil
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	return dec.Decode(&n.list)
}

// applySettings puts what the body names into the settings.
func (b *merchantBody) applySettings(r platform.Reader, m *platform.MerchantSettings) error {
	d := platform.MerchantDeclaration{PrivateInfos: b.PrivateInfos.list, Plugins: b.Plugins.list, Privacy: b.Privacy}
	set(&d.Testers, b.Testers)
	set(&d.CategoryAudits, b.CategoryAudits)
	if problems := d.Problems(); len(problems) > 0 {
		return platform.Invalidf("%s", strings.Join(problems, "; "))
	}
	if b.PrivateInfos.given {
		m.PrivateInfos = nil
	}
	if b.Plugins.given {
		m.Plugins = nil
	}
	d.Apply(m, r)
	return nil
}

// settingsDecisionBody is what the reviewers of a merchant's setting decide.
type settingsDecisionBody struct {
	Pass   *bool  `json:"pass"`
	Reason string `json:"reason"`
}

func (b *settingsDecisionBody) decision() (platform.SettingsDecision, error) {
	if b.Pass == nil {
		return platform.SettingsDecision{}, invalid("pass is missing, must be true or false.")
	}
	return platform.SettingsDecision{Pass: *b.Pass, Reason: b.Reason}, nil
}

// applicationView is an application for a location interface.
type applicationView struct {
	Name      string   `json:"api_name"`
	Content   string   `json:"content"`
	URLs      []string `json:"url_list"`
	Pictures  []string `json:"pic_list"`
	Videos    []string `json:"video_list"`
	AuditID   int64    `json:"audit_id"`
	AppliedAt string   `json:"applied_at"`
	Status    int      `json:"status"` // 3 waits, 4 refused, 5 passed
	Reason    string   `json:"reason"`
}

func showApplication(p platform.PrivacyApplication) applicationView {
	return applicationView{
		"wx." + p.Name, p.Content, orEmpty(p.URLs), orEmpty(p.Pictures), orEmpty(p.Videos), p.AuditID, timestamp(p.AppliedAt), p.Status, p.Reason,
	}
}

// listApplications lists a merchant's applications for location interfaces: the newest
// of each, so that there is one page.
func (a *API) listApplications(r *http.Request) (*answer, error) {
	q := parseQuery(r, "limit", "cursor")
	_ = q.limit()
	if err := q.err(); err != nil {
		return nil, err
	}
	m, err := a.service.Merchant(r.Context(), r.PathValue("appid"), r.PathValue("authorizer_appid"))
	if err != nil {
		return nil, err
	}
	rows := m.Settings.Applications
	return paged(rows, len(rows), func(platform.PrivacyApplication) string { return "" }, showApplication)
}

func (a *API) decideApplication(r *http.Request) (*answer, error) {
	var in settingsDecisionBody
	if err := decodeBody(r, &in); err != nil {
		return nil, err
	}
	d, err := in.decision()
	if err != nil {
		return nil, err
	}
	p, err := a.service.DecidePrivacyInterface(r.Context(), r.PathValue("appid"), r.PathValue("authorizer_appid"), r.PathValue("api_name"), d)
	if err != nil {
		return nil, err
	}
	return ok(showApplication(p))
}

// decideCategory decides the audit of a category that the account has.
func (a *API) decideCategory(r *http.Request) (*answer, error) {
	var in struct {
		First  string `json:"first"`
		Second string `json:"second"`
		settingsDecisionBody
	}
	if err := decodeBody(r, &in); err != nil {
		return nil, err
	}
	d, err := in.decision()
	if err != nil {
		return nil, err
	}
	return showOne(a.service.DecideCategory(r.Context(), r.PathValue("appid"), r.PathValue("authorizer_appid"), in.First, in.Second, d))
}
