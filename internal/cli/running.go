package cli

import (
	"context"
	"errors"
	"log/slog"
	"os"

	"draftbox"
	"draftbox/internal/adminclient"
	"draftbox/internal/hosts"
	"draftbox/internal/localca"
	"draftbox/internal/readyfile"
)

// running is a server of this process that listens.
type running struct {
	local

	dir    *dataDir
	server *draftbox.Server
	world  *world
	web    *webServers
	log    *slog.Logger
	// unannounce removes the ready files.
	unannounce func()
}

// start opens the data dir and the state, makes the world and listens. Nobody is
// told yet: announce does that.
func (a *app) start(ctx context.Context, f *serveFlags) (_ *running, err error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	dir, err := openDataDir(ctx, a.dataDir)
	if err != nil {
		return nil, err
	}
	token, err := dir.adminToken(f.adminToken)
	if err != nil {
		return nil, err
	}
	log := a.newLogger(f)
	server, err := draftbox.New(ctx, draftbox.Options{
		Database: dir.database(f.database.String()), AdminToken: token, OpenConsole: f.adminToken == "",
		Logger: log, RequestLog: dir.requestLog(),
	})
	if err != nil {
		return nil, err
	}
	r := &running{dir: dir, server: server, log: log, unannounce: func() {}}
	if err := a.listenAndServe(ctx, f, r); err != nil {
		return nil, errors.Join(err, server.Close())
	}
	return r, nil
}

// listenAndServe makes the world of a server and serves it.
func (a *app) listenAndServe(ctx context.Context, f *serveFlags, r *running) (err error) {
	if r.world, err = a.makeWorld(ctx, f, r.dir, r.server); err != nil {
		return err
	}
	r.ready = readyfile.File{PID: os.Getpid(), AdminToken: r.server.AdminToken()}
	var ca *localca.CA
	if f.tlsListen != off {
		if ca, err = localca.Open(r.dir.tls(), hosts.Names()); err != nil {
			return err
		}
		r.ready.CAFile = ca.CertFile()
		if why := ca.Made(); why != "" && why != localca.NoneBefore {
			r.log.WarnContext(ctx, "the local CA was made anew; who trusts the old one has to take this one", "why", why, "file", ca.CertFile())
		}
	}
	l, err := listen(ctx, f)
	if err != nil {
		return err
	}
	r.ready.APIURL, r.ready.AdminURL = l.api.url("http"), l.admin.url("http")
	if l.tls != nil {
		r.ready.HTTPSURL = l.tls.url("https")
	}
	r.server.SetAPIURL("http://" + l.api.Addr().String())
	r.admin = adminclient.New(r.ready.AdminURL, r.ready.AdminToken, nil)
	r.web = newWebServers(r.server, l, ca, r.log)
	return nil
}

// announce writes the ready file to the data dir and to each other place.
func (r *running) announce(others ...string) error {
	paths := append([]string{r.dir.readyFile()}, others...)
	r.unannounce = func() {
		for _, path := range paths {
			if path != "" {
				_ = readyfile.Remove(path, r.ready.PID) // one that stays is known by its dead process
			}
		}
	}
	for _, path := range paths {
		if path == "" {
			continue
		}
		if err := readyfile.Write(path, r.ready); err != nil {
			return err
		}
	}
	return nil
}

// stop lets requests under way end, and ends the server. Clients are told at
// once to come no more.
func (r *running) stop() error {
	r.unannounce()
	err := r.web.shutdown(r.log)
	return errors.Join(err, r.close())
}

// close ends the server at once.
func (r *running) close() error {
	r.unannounce()
	r.web.close()
	return r.server.Close()
}
