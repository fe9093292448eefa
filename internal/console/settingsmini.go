package console

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"html/template"
	"strings"

	"draftbox/internal/platform"
)

// miniprogramsView is the list of development mini programs, and the one that is open
// below it.
type miniprogramsView struct {
	Limit int
	Open  *miniprogramView
	// What a refused form had.
	Appid, Name string
}

// miniprogramView is a development mini program with its upload key.
type miniprogramView struct {
	Appid, Name, IPAllowlist string
	PublicKey                string // typed, of a refused form
	Fingerprint              string // of the public key; empty: there is none
	Created                  cell
	Drafts                   int
	Private                  string // shown once
	Download                 template.URL
}

func miniprogramPath(component, appid string) string {
	return settingsPath(component, "miniprograms") + "/" + appid
}

func (a *Console) miniprograms(ctx context.Context, c *call) (*answer, error) {
	v := miniprogramsView{Appid: c.typed("appid", ""), Name: c.typed("name", "")}
	return a.miniprogramList(ctx, c, v)
}

func (a *Console) miniprogramList(ctx context.Context, c *call, v miniprogramsView) (*answer, error) {
	comp, err := a.service.Component(ctx, c.component)
	if err != nil {
		return nil, err
	}
	v.Limit = comp.Settings.MaxDevMiniprograms
	all, err := a.service.DevMiniprograms(ctx, c.component, "", windowLimit)
	if err != nil {
		return nil, err
	}
	l := list[platform.DevMiniprogram]{
		id: "miniprograms", sort: "appid",
		key:  func(d platform.DevMiniprogram) string { return d.Appid },
		href: func(d platform.DevMiniprogram) string { return miniprogramPath(c.component, d.Appid) },
		columns: []column[platform.DevMiniprogram]{
			{"appid", false, func(d platform.DevMiniprogram) cell { return codeCell(d.Appid) }},
			{"name", false, func(d platform.DevMiniprogram) cell { return textCell(d.Name) }},
			{"upload_key", false, func(d platform.DevMiniprogram) cell { return keyCell(c.texts, &d) }},
			{"upload_from", true, func(d platform.DevMiniprogram) cell { return codeCell(strings.Join(d.UploadIPAllowlist, " ")) }},
			{"made", true, func(d platform.DevMiniprogram) cell { return c.timeCell(d.CreatedAt) }},
		},
	}
	selected := ""
	if v.Open != nil {
		selected = v.Open.Appid
	}
	t := l.view(c, settingsPath(c.component, "miniprograms"), all, selected)
	t.Empty = "miniprograms.empty"
	out, err := a.settingsPage(ctx, c, "miniprograms", v)
	if err != nil {
		return nil, err
	}
	out.view.List = t
	if v.Open != nil {
		out.view.Title, out.view.Up = v.Open.Name, settingsPath(c.component, "miniprograms")
	}
	return out, nil
}

func keyCell(t *texts, d *platform.DevMiniprogram) cell {
	if d.UploadKeyPEM == "" {
		return cell{Kind: "pill", Tone: "refused", Text: t.must("miniprogram.no_key")}
	}
	return cell{Kind: "pill", Tone: "ok", Text: t.must("miniprogram.has_key"), Title: fingerprint(d.UploadKeyPEM)}
}

// fingerprint is a short name of a public key.
func fingerprint(pem string) string {
	if pem == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(pem))
	return hex.EncodeToString(sum[:8])
}

func (a *Console) miniprogram(ctx context.Context, c *call) (*answer, error) {
	return a.showMiniprogram(ctx, c, "")
}

// showMiniprogram shows one with the private half of its key, where that was just made.
func (a *Console) showMiniprogram(ctx context.Context, c *call, private string) (*answer, error) {
	d, err := a.service.DevMiniprogram(ctx, c.component, c.r.PathValue("dev"))
	if err != nil {
		return nil, err
	}
	box, err := a.service.DraftBox(ctx, c.component)
	if err != nil {
		return nil, err
	}
	v := &miniprogramView{
		Appid: d.Appid, Name: c.typed("name", d.Name), IPAllowlist: c.typed("upload_ip_allowlist", strings.Join(d.UploadIPAllowlist, "\n")),
		PublicKey: c.typed("upload_key", ""), Fingerprint: fingerprint(d.UploadKeyPEM), Created: c.timeCell(d.CreatedAt), Private: private,
	}
	for _, draft := range box.Drafts {
		if draft.SourceAppid == d.Appid {
			v.Drafts++
		}
	}
	if private != "" {
		v.Download = template.URL("data:application/x-pem-file;base64," + base64.StdEncoding.EncodeToString([]byte(private))) //nolint:gosec // base64 of a key that was made here
	}
	return a.miniprogramList(ctx, c, miniprogramsView{Open: v})
}

func (a *Console) createMiniprogram(ctx context.Context, c *call) (*answer, error) {
	appid := strings.TrimSpace(c.form.Get("appid"))
	if appid != "" {
		if _, err := a.service.DevMiniprogram(ctx, c.component, appid); err == nil {
			return nil, platform.Conflictf("development mini program %s is there already", appid)
		}
	}
	d, err := a.service.PutDevMiniprogram(ctx, platform.DevMiniprogram{
		ComponentAppid: c.component, Appid: appid, Name: strings.TrimSpace(c.form.Get("name")),
	})
	if err != nil {
		return nil, err
	}
	return done(miniprogramPath(c.component, d.Appid), "miniprogram_made", d.Appid), nil
}

// saveMiniprogram takes over the name, from where its code may be uploaded, and a public
// key that is the user's own.
func (a *Console) saveMiniprogram(ctx context.Context, c *call) (*answer, error) {
	d, err := a.service.DevMiniprogram(ctx, c.component, c.r.PathValue("dev"))
	if err != nil {
		return nil, err
	}
	d.Name, d.UploadIPAllowlist = strings.TrimSpace(c.form.Get("name")), lines(c.form.Get("upload_ip_allowlist"))
	if key := strings.TrimSpace(c.form.Get("upload_key")); key != "" {
		if d.UploadKeyPEM, err = platform.ParseUploadKey(key); err != nil {
			return nil, err
		}
	}
	if _, err = a.service.PutDevMiniprogram(ctx, d); err != nil {
		return nil, err
	}
	return done(miniprogramPath(c.component, d.Appid), "saved", ""), nil
}

// newKey makes the upload key anew and shows its private half, this once.
func (a *Console) newKey(ctx context.Context, c *call) (*answer, error) {
	appid := c.r.PathValue("dev")
	private, err := a.service.NewUploadKey(ctx, c.component, appid)
	if err != nil {
		return nil, err
	}
	a.noteReveal(c, c.component, "the new upload key of "+appid)
	return a.showMiniprogram(ctx, c, private)
}

func (a *Console) deleteMiniprogram(ctx context.Context, c *call) (*answer, error) {
	appid := c.r.PathValue("dev")
	if err := a.service.DeleteDevMiniprogram(ctx, c.component, appid); err != nil {
		return nil, err
	}
	return done(settingsPath(c.component, "miniprograms"), "miniprogram_deleted", appid), nil
}
