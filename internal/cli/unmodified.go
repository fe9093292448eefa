package cli

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"draftbox/internal/adminclient"
	"draftbox/internal/hosts"
	"draftbox/internal/localca"
	"draftbox/internal/readyfile"
	"draftbox/internal/runenv"
)

// findAlive returns the local server if it answers. A ready file may name a
// process that has only got the number of a killed server.
func (a *app) findAlive(ctx context.Context) (*local, error) {
	l, err := a.findLocal()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	err = l.admin.Ready(ctx)
	if _, refused := errors.AsType[*adminclient.Error](err); err != nil && !refused {
		return nil, err
	}
	return l, nil
}

// unmodified returns the environment in which an unmodified program reaches a
// server. The files that it needs are beside the CA, in the server's data dir.
func (a *app) unmodified(l *local) ([]runenv.Variable, error) {
	if l.ready.HTTPSURL == "" || l.ready.CAFile == "" {
		return nil, &fault{
			what: "the server at " + l.ready.APIURL + " has no HTTPS listener",
			why:  "it was started with --tls-listen off, or is of an older version",
			next: "start it again without that", code: exitRefused,
		}
	}
	tlsDir := filepath.Dir(l.ready.CAFile)
	ca, err := localca.Open(tlsDir, hosts.Names())
	if err != nil {
		return nil, err
	}
	if reason := ca.Made(); reason != "" {
		return nil, &fault{
			what: "the server's CA was made anew", why: reason,
			next: "start the server again, so that it uses the new one", code: exitRefused,
		}
	}
	s := &runenv.Server{
		APIURL: l.ready.APIURL, AdminURL: l.ready.AdminURL, HTTPSURL: l.ready.HTTPSURL,
		CAFile: ca.CertFile(), TrustStoreFile: ca.TrustStoreFile(), TrustStorePassword: localca.TrustStorePassword,
		Hosts: hosts.Names(), DataDir: filepath.Dir(tlsDir),
	}
	if a.target.readyFile != "" {
		if s.ReadyFile, err = filepath.Abs(a.target.readyFile); err != nil {
			return nil, err
		}
	}
	files, err := runenv.Write(filepath.Join(s.DataDir, "run"), s, a.lookup)
	if err != nil {
		return nil, err
	}
	return runenv.Variables(s, files, a.lookup, filepath.ListSeparator), nil
}

// notRunning reports whether an error of findAlive means that there is no server.
func notRunning(err error) bool {
	return errors.Is(err, readyfile.ErrNotRunning) || errors.Is(err, adminclient.ErrUnreachable)
}
