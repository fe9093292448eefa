package console

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"draftbox/internal/platform"
)

// act makes one of the calls of a merchant's life cycle, by the rules of the wire.
func (a *Console) act(ctx context.Context, c *call) (*answer, error) {
	authorizer, step := c.r.PathValue("authorizer"), c.r.PathValue("call")
	do := a.acts()[step]
	if do == nil {
		return nil, &refusal{http.StatusNotFound, "told.nothing"}
	}
	c.path = pathOf(step)
	if _, err := a.service.Authorizer(ctx, c.component, authorizer); err != nil {
		return nil, err
	}
	if _, err := a.service.StandingAuthorizer(ctx, c.component, authorizer); err != nil {
		return nil, err
	}
	if err := do(ctx, c, authorizer); err != nil {
		return nil, err
	}
	return done("/c/"+c.component+"/merchants/"+authorizer, "act_"+step, authorizer), nil
}

// acts are the calls by the names that they have in the life cycle.
func (a *Console) acts() map[string]func(context.Context, *call, string) error {
	return map[string]func(context.Context, *call, string) error{
		platform.StepCommit: a.commit,
		"submit_audit":      a.submitAudit,
		"undocodeaudit": func(ctx context.Context, c *call, m string) error {
			return a.service.UndoAudit(ctx, c.component, m)
		},
		"speedupaudit": func(ctx context.Context, c *call, m string) error {
			code, _, err := a.service.CodeState(ctx, c.component, m)
			if err != nil {
				return err
			}
			return a.service.SpeedupAudit(ctx, c.component, m, code.AuditID)
		},
		"release": func(ctx context.Context, c *call, m string) error {
			return a.service.Release(ctx, c.component, m)
		},
		"grayrelease": a.grayRelease,
		platform.StepRevertGray: func(ctx context.Context, c *call, m string) error {
			return a.service.RevertGrayRelease(ctx, c.component, m)
		},
		platform.StepRevert: func(ctx context.Context, c *call, m string) error {
			version, err := strconv.ParseInt(c.r.URL.Query().Get("app_version"), 10, 64)
			if err != nil {
				return &refusal{http.StatusUnprocessableEntity, "told.form"}
			}
			return a.service.RevertRelease(ctx, c.component, m, version)
		},
		platform.StepVisit: func(ctx context.Context, c *call, m string) error {
			return a.service.ChangeVisit(ctx, c.component, m, c.form.Get("action"))
		},
	}
}

// commit takes version and description of the template where none are given, as the
// platform's users do most often.
func (a *Console) commit(ctx context.Context, c *call, merchant string) error {
	id, err := strconv.ParseInt(c.form.Get("template"), 10, 64)
	if err != nil {
		return &refusal{http.StatusUnprocessableEntity, "told.form"}
	}
	in := platform.Commit{
		ComponentAppid: c.component, AuthorizerAppid: merchant, TemplateID: id, UserVersion: strings.TrimSpace(c.form.Get("version")),
		UserDesc: strings.TrimSpace(c.form.Get("description")), ExtJSON: strings.TrimSpace(c.form.Get("ext_json")),
	}
	library, err := a.service.TemplateLibrary(ctx, c.component)
	if err != nil {
		return err
	}
	for _, t := range library.Templates {
		if t.ID != id {
			continue
		}
		if in.UserVersion == "" {
			in.UserVersion = t.UserVersion
		}
		if in.UserDesc == "" {
			in.UserDesc = t.UserDesc
		}
	}
	if in.ExtJSON == "" {
		in.ExtJSON = "{}"
	}
	return a.service.Commit(ctx, in)
}

// submitAudit keeps for the reviewer what a call on the wire would have had in its body.
func (a *Console) submitAudit(ctx context.Context, c *call, merchant string) error {
	in := platform.Submission{
		ComponentAppid: c.component, AuthorizerAppid: merchant, PrivacyAPINotUse: c.form.Get("privacy_api_not_use") != "",
		VersionDesc: strings.TrimSpace(strings.ReplaceAll(c.form.Get("version_desc"), "\r\n", "\n")),
	}
	body := map[string]any{}
	if in.VersionDesc != "" {
		body["version_desc"] = in.VersionDesc
	}
	if in.PrivacyAPINotUse {
		body["privacy_api_not_use"] = true
	}
	var err error
	if in.Request, err = json.Marshal(body); err != nil {
		return err
	}
	_, err = a.service.SubmitAudit(ctx, in)
	return err
}

func (a *Console) grayRelease(ctx context.Context, c *call, merchant string) error {
	percentage, err := strconv.Atoi(c.form.Get("percentage"))
	if err != nil {
		return &refusal{http.StatusUnprocessableEntity, "told.form"}
	}
	return a.service.GrayRelease(ctx, platform.GrayRelease{
		ComponentAppid: c.component, AuthorizerAppid: merchant, Percentage: percentage,
		DebuggerFirst: c.form.Get("debugger_first") != "", ExperiencerFirst: c.form.Get("experiencer_first") != "",
	})
}

// solutionOf is what the document says is to be done about a refusal of the call that a
// form stands for.
func (c *call) solutionOf(err error) string {
	var wire *platform.Error
	if c.path == "" || !errors.As(err, &wire) {
		return ""
	}
	return adviceOn(c.texts, c.path, wire.Code).Solution
}
