package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// runDrafts compares with a handler that writes the same bytes from memory.
func runDrafts(ctx context.Context, b *bench) ([]row, error) {
	var rows []row
	for _, c := range []struct {
		drafts int
		target float64
	}{{2, 0.85}, {1000, 0.90}} {
		r, err := b.compareBare(ctx, c.drafts)
		if err != nil {
			return rows, err
		}
		r.Target = fmt.Sprintf("≥ %.2f", c.target)
		r.Verdict = verdict(r.Ratio >= c.target)
		rows = append(rows, r)
	}
	return rows, nil
}

func (b *bench) compareBare(ctx context.Context, drafts int) (row, error) {
	one, err := b.serveWorld(ctx, 1, drafts)
	if err != nil {
		return row{}, err
	}
	defer one.stop()
	yard, base, err := b.yardstick(ctx, "bare handler", "-body", one.bodyFile)
	if err != nil {
		return row{}, err
	}
	defer yard.stop()
	return b.compare(ctx, fmt.Sprintf("%d drafts, SQLite", drafts), one.target(), target{process: yard, url: listURL(base, one.tenants[0])})
}

// servedWorld is a server over loaded components.
type servedWorld struct {
	*draftbox
	tenants  []tenant
	body     []byte // the first tenant's list
	bodyFile string
}

// serveWorld starts a server over so many components with so many drafts each.
func (b *bench) serveWorld(ctx context.Context, components, drafts int) (*servedWorld, error) {
	dir, err := b.newDir("data")
	if err != nil {
		return nil, err
	}
	database := filepath.Join(dir, databaseName)
	tenants, err := loadWorld(ctx, database, components, drafts)
	if err != nil {
		return nil, err
	}
	return b.serveTenants(ctx, dir, database, tenants)
}

// serveTenants starts a server over a database that tenants were loaded into.
func (b *bench) serveTenants(ctx context.Context, dir, database string, tenants []tenant) (*servedWorld, error) {
	server, err := b.serve(ctx, dir, database)
	if err != nil {
		return nil, err
	}
	w := &servedWorld{draftbox: server, tenants: tenants, bodyFile: filepath.Join(dir, "answer.json")}
	if w.body, err = getList(ctx, server.ready.APIURL, tenants[0]); err == nil {
		err = os.WriteFile(w.bodyFile, w.body, 0o600)
	}
	if err != nil {
		server.stop()
		return nil, server.failed(err)
	}
	return w, nil
}

// target is the first tenant's list.
func (w *servedWorld) target() target {
	return target{process: w.process, url: listURL(w.ready.APIURL, w.tenants[0])}
}
