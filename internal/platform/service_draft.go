package platform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Upload is what comes with an uploaded package.
type Upload struct {
	ComponentAppid string
	SourceAppid    string // the development mini program
	UserVersion    string // 1 to 64 characters
	// UserDesc may hold line breaks; empty gets the upload tool's default text.
	UserDesc string
	// Developer is the uploader's nickname; empty gets that of CI robot 1.
	Developer string
	// CreateTime is when it was uploaded, whole seconds; zero is now.
	CreateTime time.Time
	// SeedKey, when set, makes the upload happen once: a second one with the
	// same key changes nothing and answers [ErrSeeded].
	SeedKey string
}

// ErrSeeded says that a declared thing was made before.
var ErrSeeded = errors.New("declared thing was made before")

// Limits of the texts that come with an upload. 64 is what the commit page
// documents for user_version; the others are draftbox's own.
const (
	maxVersion   = 64
	maxDesc      = 4096
	maxDeveloper = 64
)

func (u *Upload) check() error {
	if u.UserVersion == "" {
		return Invalidf("user_version is empty; give one, like 1.0.0")
	}
	if u.Developer == "" {
		u.Developer = "ci机器人1"
	}
	return errors.Join(
		text("user_version", u.UserVersion, maxVersion),
		text("user_desc", u.UserDesc, maxDesc),
		text("developer", u.Developer, maxDeveloper))
}

// settle fixes what depends on the time of the upload.
func (u *Upload) settle(now time.Time) (created time.Time, desc string) {
	created, desc = u.CreateTime, u.UserDesc
	if created.IsZero() {
		created = now
	}
	created = created.Truncate(time.Second)
	if desc == "" {
		desc = defaultDesc(u.Developer, created)
	}
	return created, desc
}

// defaultDesc is the text that the upload tool gives an upload without one, as
// observed: a 12-hour clock in UTC+8 without leading zeros.
func defaultDesc(developer string, at time.Time) string {
	at = at.In(UTC8)
	half := "上午"
	if at.Hour() >= 12 {
		half = "下午"
	}
	return fmt.Sprintf("%s 在 %d年%d月%d日%s%d点%d分 提交上传", developer,
		at.Year(), int(at.Month()), at.Day(), half, (at.Hour()+11)%12+1, at.Minute())
}

// StagePackage takes the content of a package in, so that the transaction that
// puts it is short. The caller releases it in the end, whatever became of it.
func (s *Service) StagePackage(ctx context.Context, content PackageContent, size int64) (StagedContent, error) {
	return s.store.Stage(ctx, content, size)
}

// UploadDraft makes the draft of an uploaded package, which may be staged. It takes the place of the
// former draft of the same development mini program, with a new id.
func (s *Service) UploadDraft(ctx context.Context, u Upload, p *Package, content PackageContent) (Draft, error) {
	if err := u.check(); err != nil {
		return Draft{}, err
	}
	return update(ctx, s.store, u.ComponentAppid, func(tx Tx, c *Component) (Draft, error) {
		dev, err := s.receive(ctx, tx, c, &u)
		if err != nil {
			return Draft{}, err
		}
		// The old draft goes first: with it goes its package, which may be the
		// same one.
		if err := s.clearSlot(ctx, tx, c, &u); err != nil {
			return Draft{}, err
		}
		if err := putPackage(ctx, tx, p, content); err != nil {
			return Draft{}, err
		}
		id, err := tx.TakeDraftID(ctx, c.Appid)
		if err != nil {
			return Draft{}, err
		}
		d := Draft{
			ComponentAppid: c.Appid, ID: id, Slot: slotOf(c, &u), SourceAppid: dev.Appid, SourceName: dev.Name,
			UserVersion: u.UserVersion, Developer: u.Developer, Digest: p.Digest,
		}
		d.CreateTime, d.UserDesc = u.settle(tx.Now())
		err = tx.InsertDraft(ctx, &d)
		return d, err
	})
}

// receive does what every upload begins with: the seed mark and the development
// mini program.
func (s *Service) receive(ctx context.Context, tx Tx, c *Component, u *Upload) (*DevMiniprogram, error) {
	if u.SeedKey != "" {
		if err := markSeed(ctx, tx, c.Appid, u.SeedKey); err != nil {
			return nil, err
		}
	}
	dev, err := tx.DevMiniprogram(ctx, c.Appid, u.SourceAppid)
	if err != nil {
		return nil, orMissing(err, "%s is no development mini program of component %s; bind it first", u.SourceAppid, c.Appid)
	}
	return dev, nil
}

func putPackage(ctx context.Context, tx Tx, p *Package, content PackageContent) error {
	stored := *p
	stored.CreatedAt = tx.Now()
	return tx.PutPackage(ctx, &stored, content)
}

func markSeed(ctx context.Context, tx Tx, component, key string) error {
	switch done, err := tx.Seeded(ctx, component, key); {
	case err != nil:
		return err
	case done:
		return ErrSeeded
	}
	return tx.MarkSeeded(ctx, component, key)
}

func slotOf(c *Component, u *Upload) string {
	if c.Settings.Switches.DraftSlot == "dev_and_robot" {
		return u.SourceAppid + "/" + u.Developer
	}
	return u.SourceAppid
}

// clearSlot deletes the drafts that the upload replaces.
func (s *Service) clearSlot(ctx context.Context, tx Tx, c *Component, u *Upload) error {
	olds, err := tx.DraftsOfSource(ctx, c.Appid, u.SourceAppid)
	if err != nil {
		return err
	}
	perRobot := c.Settings.Switches.DraftSlot == "dev_and_robot"
	for _, old := range olds {
		if perRobot && old.Developer != u.Developer {
			continue
		}
		if err := tx.DeleteDraft(ctx, c.Appid, old.ID); err != nil {
			return err
		}
	}
	return nil
}

// DeleteDraft removes a draft, as its owner can in WeChat's web console.
func (s *Service) DeleteDraft(ctx context.Context, component string, id int64) error {
	_, err := update(ctx, s.store, component, func(tx Tx, c *Component) (struct{}, error) {
		return struct{}{}, orMissing(tx.DeleteDraft(ctx, c.Appid, id), "component %s has no draft %d", component, id)
	})
	return err
}

// DraftBox is a component with its drafts, read at one moment.
type DraftBox struct {
	Component Component
	Drafts    []Draft // by id
}

// DraftBox reads a component's draft box.
func (s *Service) DraftBox(ctx context.Context, component string) (DraftBox, error) {
	return view(ctx, s.store, func(r Reader) (DraftBox, error) {
		c, err := r.Component(ctx, component)
		if err != nil {
			return DraftBox{}, orMissing(err, "there is no component %s", component)
		}
		drafts, err := r.Drafts(ctx, component, -1, 0)
		return DraftBox{*c, drafts}, err
	})
}

// PackagedDraft is a draft with the description of its package.
type PackagedDraft struct {
	Draft
	Package Package
}

// Draft returns one draft with its package.
func (s *Service) Draft(ctx context.Context, component string, id int64) (PackagedDraft, error) {
	return view(ctx, s.store, func(r Reader) (PackagedDraft, error) {
		d, err := r.Draft(ctx, component, id)
		if err != nil {
			return PackagedDraft{}, orMissing(err, "component %s has no draft %d", component, id)
		}
		p, err := r.Package(ctx, d.Digest)
		if err != nil {
			return PackagedDraft{}, fmt.Errorf("package %s of draft %d: %w", d.Digest, id, err)
		}
		return PackagedDraft{*d, *p}, nil
	})
}

// PackagedDrafts lists drafts by id, those with an id greater than after (-1
// for all), each with its package.
func (s *Service) PackagedDrafts(ctx context.Context, component string, after int64, limit int) ([]PackagedDraft, error) {
	return view(ctx, s.store, func(r Reader) ([]PackagedDraft, error) {
		if _, err := r.Component(ctx, component); err != nil {
			return nil, orMissing(err, "there is no component %s", component)
		}
		drafts, err := r.Drafts(ctx, component, after, limit)
		if err != nil {
			return nil, err
		}
		out := make([]PackagedDraft, 0, len(drafts))
		for _, d := range drafts {
			p, err := r.Package(ctx, d.Digest)
			if err != nil {
				return nil, fmt.Errorf("package %s of draft %d: %w", d.Digest, d.ID, err)
			}
			out = append(out, PackagedDraft{d, *p})
		}
		return out, nil
	})
}

// WriteDraftPackage writes the stored form of a draft's package, a zip archive.
func (s *Service) WriteDraftPackage(ctx context.Context, component string, id int64, w io.Writer) error {
	return s.store.View(ctx, func(r Reader) error {
		d, err := r.Draft(ctx, component, id)
		if err != nil {
			return orMissing(err, "component %s has no draft %d", component, id)
		}
		return r.WritePackage(ctx, d.Digest, w)
	})
}
