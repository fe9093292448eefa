package draftbox

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"draftbox/internal/journal"
	"draftbox/internal/miniprogram"
	"draftbox/internal/platform"
)

// Errors of the server's own methods; test with errors.Is.
var (
	ErrNotFound    = platform.ErrNotFound    // the named thing does not exist
	ErrConflict    = platform.ErrConflict    // the thing's state forbids the change
	ErrInvalid     = platform.ErrInvalid     // a value breaks a rule
	ErrUnavailable = platform.ErrUnavailable // the database cannot serve now
)

// Component is a third-party platform (第三方平台). What is left empty is made up
// when it is created.
type Component struct {
	Appid          string // wx and 16 hex digits
	Name           string
	Secret         string // AppSecret, 32 hex digits
	Token          string // signs pushes
	EncodingAESKey string // 43 letters or digits
	// DevMiniprograms are bound when the component is created; with none, one
	// is made.
	DevMiniprograms []DevMiniprogram
}

// DevMiniprogram is a development mini program (开发小程序): its uploads become
// drafts.
type DevMiniprogram struct {
	Appid string
	Name  string // nickname: source_miniprogram on the wire
}

// CreateComponent makes a component with its development mini programs and
// returns it with what was made up.
func (s *Server) CreateComponent(ctx context.Context, c Component) (Component, error) {
	var devs []*platform.DevMiniprogram
	for _, d := range c.DevMiniprograms {
		devs = append(devs, &platform.DevMiniprogram{Appid: d.Appid, Name: d.Name})
	}
	if len(devs) == 0 {
		devs = []*platform.DevMiniprogram{{}}
	}
	made, err := s.service.CreateComponent(ctx, platform.Component{
		Appid: c.Appid, Name: c.Name, Secret: c.Secret, Token: c.Token, EncodingAESKey: c.EncodingAESKey,
	}, devs...)
	if err != nil {
		return Component{}, err
	}
	out := Component{Appid: made.Appid, Name: made.Name, Secret: made.Secret, Token: made.Token, EncodingAESKey: made.EncodingAESKey}
	for _, d := range devs {
		out.DevMiniprograms = append(out.DevMiniprograms, DevMiniprogram{d.Appid, d.Name})
	}
	return out, nil
}

// Upload is what comes with an uploaded mini program.
type Upload struct {
	Component string // appid
	Source    string // the development mini program; empty: the component's only one
	Version   string // 1 to 64 characters
	Desc      string // may hold line breaks; empty: the upload tool's default text
	Developer string // nickname; empty: ci机器人1
	// CreateTime is when it was uploaded, whole seconds; zero: now.
	CreateTime time.Time
}

// UploadDraft uploads a mini program project and returns the id of the draft
// that came of it. The former draft of the same development mini program is
// gone.
func (s *Server) UploadDraft(ctx context.Context, u Upload, project fs.FS) (draftID int64, err error) {
	if u.Source == "" {
		devs, err := s.service.DevMiniprograms(ctx, u.Component, "", 2)
		if err != nil {
			return 0, err
		}
		if len(devs) != 1 {
			return 0, platform.Invalidf("component %s has not exactly one development mini program; name the source", u.Component)
		}
		u.Source = devs[0].Appid
	}
	built, err := miniprogram.FromFS(project, miniprogram.Options{})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, built.Content.Close()) }()
	d, err := s.service.UploadDraft(ctx, platform.Upload{
		ComponentAppid: u.Component, SourceAppid: u.Source, UserVersion: u.Version, UserDesc: u.Desc, Developer: u.Developer, CreateTime: u.CreateTime,
	}, &built.Package, built.Content)
	return d.ID, err
}

// DeleteDraft removes a draft, as its owner can in WeChat's web console.
func (s *Server) DeleteDraft(ctx context.Context, component string, draftID int64) error {
	return s.service.DeleteDraft(ctx, component, draftID)
}

// Ticket returns the component_verify_ticket that the component would get pushed
// now.
func (s *Server) Ticket(ctx context.Context, component string) (string, error) {
	t, err := s.service.CurrentTicket(ctx, component)
	return t.Value, err
}

// ComponentToken issues a component_access_token that stands beside those of the
// API: it supersedes none and is superseded by none.
func (s *Server) ComponentToken(ctx context.Context, component string) (string, error) {
	return s.service.AdminComponentToken(ctx, component, platform.Caller{IP: "in-process"})
}

// Now returns the virtual time.
func (s *Server) Now(ctx context.Context) (time.Time, error) { return s.service.Now(ctx) }

// AdvanceClock moves the virtual time forward: tokens and tickets age by d.
func (s *Server) AdvanceClock(ctx context.Context, d time.Duration) error {
	return s.service.AdvanceClock(ctx, d)
}

// FreezeClock stops the virtual time until ResumeClock lets it go on from there.
func (s *Server) FreezeClock(ctx context.Context) error { return s.service.FreezeClock(ctx) }

// ResumeClock ends FreezeClock.
func (s *Server) ResumeClock(ctx context.Context) error { return s.service.ResumeClock(ctx) }

// Reason tells in words why a call ended as it did, by the rid of its errmsg.
// [ErrNotFound] when the journal does not hold the call (any more).
func (s *Server) Reason(rid string) (string, error) {
	id, ok := journal.ParseRID(rid)
	if !ok {
		return "", platform.Invalidf("%q is no rid: three groups of 8 hex digits", rid)
	}
	e, ok := s.journal.Find(id)
	if !ok {
		return "", platform.NotFoundf("the journal does not hold rid %s", rid)
	}
	return e.Masked().Reason, nil
}
