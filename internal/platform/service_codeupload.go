package platform

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Uploader is who uploads code: a development mini program and its component.
type Uploader struct {
	Component Component
	Dev       DevMiniprogram
}

// refuseUpload is a refusal in the words that uploaders' users report. None of
// them is documented.
func refuseUpload(code int, msg, format string, args ...any) error {
	return &Error{Code: code, Msg: msg, Detail: fmt.Sprintf(format, args...)}
}

// badUploadKey is what an upload with a wrong or voided key is told; -80002 was
// seen, too, and is what an appid gets that no component has bound.
func badUploadKey(inner int, format string, args ...any) error {
	return refuseUpload(CodeSystemError, fmt.Sprintf("get new ticket fail innerCode: %d", inner), format, args...)
}

// InnerUploadError is a refusal of the package itself, with the code behind the
// upload call's own.
func InnerUploadError(inner int, msg, detail string) error {
	return refuseUpload(CodeSystemError, fmt.Sprintf("inner upload fail with errcode: %d, errmsg: %s", inner, msg), "%s", detail)
}

// UploadNonce makes a nonce for a development mini program. For an appid that no
// component has bound one is made up that nobody will take: the real service
// seems to answer nonces to anyone.
func (s *Service) UploadNonce(ctx context.Context, appid string) (string, error) {
	value, err := s.hexDigits(uploadNonceChars)
	if err != nil {
		return "", err
	}
	owner, err := s.uploadOwner(ctx, appid)
	if errors.Is(err, ErrNotFound) {
		return value, nil
	}
	if err != nil {
		return "", err
	}
	return update(ctx, s.store, owner, func(tx Tx, c *Component) (string, error) {
		if err := tx.PruneUploadNonces(ctx, c.Appid, appid, tx.Now(), uploadNonces-1); err != nil {
			return "", err
		}
		all, err := tx.CountUploadNonces(ctx, allUploadNonces)
		if err == nil && all >= allUploadNonces {
			err = refuseUpload(CodeSystemError, CodeText(CodeSystemError), "there are %d nonces that nobody has used yet; they end after %s", all, uploadNonceLife)
		}
		if err != nil {
			return "", err
		}
		return value, tx.PutUploadNonce(ctx, &UploadNonce{ComponentAppid: c.Appid, Appid: appid, Value: value, ExpiresAt: tx.Now().Add(uploadNonceLife)})
	})
}

func (s *Service) uploadOwner(ctx context.Context, appid string) (string, error) {
	return view(ctx, s.store, func(r Reader) (string, error) { return r.OwnerOfDevMiniprogram(ctx, appid) })
}

// Uploader returns who uploads.
//
// Errors: -1 with -80002 for an appid that is no development mini program or has
// no key.
func (s *Service) Uploader(ctx context.Context, appid string) (Uploader, error) {
	return view(ctx, s.store, func(r Reader) (Uploader, error) {
		owner, err := r.OwnerOfDevMiniprogram(ctx, appid)
		if errors.Is(err, ErrNotFound) {
			return Uploader{}, badUploadKey(-80002, "%s is no development mini program of any component; bind it first", clip(appid))
		}
		if err != nil {
			return Uploader{}, err
		}
		c, err := r.Component(ctx, owner)
		if err != nil {
			return Uploader{}, err
		}
		dev, err := r.DevMiniprogram(ctx, owner, appid)
		if err != nil {
			return Uploader{}, err
		}
		if dev.UploadKeyPEM == "" {
			return Uploader{}, badUploadKey(-80002, "%s has no upload key; make one: draftbox component dev-key %[1]s", appid)
		}
		return Uploader{*c, *dev}, nil
	})
}

// CheckAddress refuses an address that the code upload IP allow-list does not have.
//
// Errors: -10008.
func (u *Uploader) CheckAddress(ip string) error {
	if u.Dev.AllowsUploadFrom(ip) {
		return nil
	}
	return refuseUpload(CodeUploadIP, "invalid ip: "+ip+", reference: https://developers.weixin.qq.com/miniprogram/dev/devtools/ci.html",
		"the upload_ip_allowlist of %s has no entry for %s", u.Dev.Appid, ip)
}

// AuthenticateUpload checks the signature of an upload, standard base64, and uses
// its nonce up.
//
// Errors: -1 with -80011 for a signature that is not of the current key, or whose
// nonce is unknown, used or expired.
func (s *Service) AuthenticateUpload(ctx context.Context, u *Uploader, signature string) error {
	nonce, err := signedNonce(u.Dev.UploadKeyPEM, u.Dev.Appid, signature)
	if err != nil {
		return badUploadKey(-80011, "the signature is not of the current upload key of %s: %v", u.Dev.Appid, err)
	}
	// What refuses is the outcome of the transaction and no error of it: a nonce
	// that was shown late is gone, too.
	refusal, err := update(ctx, s.store, u.Component.Appid, func(tx Tx, c *Component) (error, error) {
		n, err := tx.TakeUploadNonce(ctx, c.Appid, u.Dev.Appid, nonce)
		switch {
		case errors.Is(err, ErrNotFound):
			return badUploadKey(-80011, "the nonce %s was not issued to %s, or was used before", Mask(nonce), u.Dev.Appid), nil
		case err != nil:
			return nil, err
		case !tx.Now().Before(n.ExpiresAt):
			return badUploadKey(-80011, "the nonce %s ended at %s", Mask(nonce), n.ExpiresAt.In(UTC8).Format("15:04:05")), nil
		}
		// The key may have been made anew since the uploader was looked up.
		dev, err := tx.DevMiniprogram(ctx, c.Appid, u.Dev.Appid)
		if err == nil && dev.UploadKeyPEM != u.Dev.UploadKeyPEM {
			return badUploadKey(-80011, "the upload key of %s was made anew meanwhile", u.Dev.Appid), nil
		}
		return nil, err
	})
	return errors.Join(err, refusal)
}

// UploadCode stores code that the upload protocol brought: as a draft, or as the
// pending version of the merchant that ext.json names for a direct commit.
//
// Errors: -1 with the inner codes 80082 (a plugin is denied) and 61003 (the
// merchant has not authorized the component).
func (s *Service) UploadCode(ctx context.Context, u Upload, ext CodeExt, p *Package, content PackageContent) (UploadedCode, error) {
	if err := s.checkPlugins(ctx, u.ComponentAppid, p); err != nil {
		return UploadedCode{}, err
	}
	if !ext.Enable || !ext.DirectCommit {
		d, err := s.UploadDraft(ctx, u, p, content)
		return UploadedCode{Draft: &d}, err
	}
	if err := u.check(); err != nil {
		return UploadedCode{}, err
	}
	v, err := update(ctx, s.store, u.ComponentAppid, func(tx Tx, c *Component) (PendingVersion, error) {
		a, err := tx.Authorizer(ctx, c.Appid, ext.Appid)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return PendingVersion{}, err
		}
		if err != nil || !a.Authorized {
			return PendingVersion{}, InnerUploadError(CodeNotAuthorized, CodeText(CodeNotAuthorized),
				fmt.Sprintf("ext.json commits directly to %q, which is no merchant that has authorized component %s", clip(ext.Appid), c.Appid))
		}
		if err := putPackage(ctx, tx, p, content); err != nil {
			return PendingVersion{}, err
		}
		v := PendingVersion{
			ComponentAppid: c.Appid, AuthorizerAppid: a.Appid, SourceAppid: u.SourceAppid, UserVersion: u.UserVersion,
			Developer: u.Developer, ExtJSON: ext.JSON, Digest: p.Digest,
		}
		v.CreateTime, v.UserDesc = u.settle(tx.Now())
		err = tx.PutPendingVersion(ctx, &v)
		return v, err
	})
	return UploadedCode{Pending: &v}, err
}

func (s *Service) checkPlugins(ctx context.Context, component string, p *Package) error {
	c, err := s.Component(ctx, component)
	if err != nil {
		return err
	}
	for _, used := range plugins(p.AppJSON) {
		if slices.Contains(c.Settings.Switches.DeniedPlugins, used.Provider) {
			return InnerUploadError(80082, fmt.Sprintf("get plugin(id: %s, version: %s) failed, permission deny", used.Provider, used.Version),
				"the switch denied_plugins names "+used.Provider)
		}
	}
	return nil
}

// PreviewCode makes code the development version of its development mini program.
func (s *Service) PreviewCode(ctx context.Context, u Upload, path string, p *Package, content PackageContent) (DevVersion, error) {
	if err := errors.Join(u.check(), text("path", path, maxDesc)); err != nil {
		return DevVersion{}, err
	}
	if err := s.checkPlugins(ctx, u.ComponentAppid, p); err != nil {
		return DevVersion{}, err
	}
	return update(ctx, s.store, u.ComponentAppid, func(tx Tx, c *Component) (DevVersion, error) {
		if err := putPackage(ctx, tx, p, content); err != nil {
			return DevVersion{}, err
		}
		v := DevVersion{
			ComponentAppid: c.Appid, Appid: u.SourceAppid, UserVersion: u.UserVersion, Developer: u.Developer, Path: path, Digest: p.Digest,
		}
		v.CreateTime, v.UserDesc = u.settle(tx.Now())
		err := tx.PutDevVersion(ctx, &v)
		return v, err
	})
}

// PendingVersion returns what waits in a merchant's list; [ErrNotFound] if
// nothing does.
func (s *Service) PendingVersion(ctx context.Context, component, authorizer string) (PendingVersion, error) {
	return view(ctx, s.store, func(r Reader) (PendingVersion, error) {
		v, err := r.PendingVersion(ctx, component, authorizer)
		if err != nil {
			return PendingVersion{}, orMissing(err, "no version of %s is pending", authorizer)
		}
		return *v, nil
	})
}

// DevVersion returns what the last preview made; [ErrNotFound] if there was none.
func (s *Service) DevVersion(ctx context.Context, component, appid string) (DevVersion, error) {
	return view(ctx, s.store, func(r Reader) (DevVersion, error) {
		v, err := r.DevVersion(ctx, component, appid)
		if err != nil {
			return DevVersion{}, orMissing(err, "%s has no development version; a preview makes one", appid)
		}
		return *v, nil
	})
}

// NewUploadKey makes the upload key pair of a development mini program anew and
// returns the private half, which is kept nowhere. The former key is void.
func (s *Service) NewUploadKey(ctx context.Context, component, appid string) (private string, err error) {
	if _, err := s.DevMiniprogram(ctx, component, appid); err != nil {
		return "", err // before the work
	}
	private, public, err := GenerateUploadKey()
	if err != nil {
		return "", err
	}
	_, err = update(ctx, s.store, component, func(tx Tx, c *Component) (struct{}, error) {
		d, err := tx.DevMiniprogram(ctx, c.Appid, appid)
		if err != nil {
			return struct{}{}, orMissing(err, "component %s has no development mini program %s", component, appid)
		}
		d.UploadKeyPEM = public
		return struct{}{}, tx.PutDevMiniprogram(ctx, d)
	})
	return private, err
}
