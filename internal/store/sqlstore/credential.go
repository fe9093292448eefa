package sqlstore

import (
	"context"
	"fmt"
	"time"

	"draftbox/internal/platform"
)

const ticketColumns = `component_appid, value, issued_at, pushed_at`

func ticketDest(t *platform.Ticket) []any {
	return []any{&t.ComponentAppid, &t.Value, (*instant)(&t.IssuedAt), (*instant)(&t.PushedAt)}
}

// Ticket implements [platform.Reader].
func (r *reader) Ticket(ctx context.Context, component, value string) (*platform.Ticket, error) {
	if !storable(value) {
		return nil, platform.ErrNotFound
	}
	return one(ctx, r, ticketDest,
		`select `+ticketColumns+` from tickets where component_appid = $1 and value = $2`, component, value)
}

// LatestTicket implements [platform.Reader].
func (r *reader) LatestTicket(ctx context.Context, component string) (*platform.Ticket, error) {
	return one(ctx, r, ticketDest,
		`select `+ticketColumns+` from tickets where component_appid = $1 order by seq desc limit 1`, component)
}

// PutTicket implements [platform.Tx].
func (w *writer) PutTicket(ctx context.Context, t *platform.Ticket) error {
	n, err := w.change(ctx, t.ComponentAppid,
		`update tickets set pushed_at = $3 where component_appid = $1 and value = $2`,
		t.ComponentAppid, t.Value, millis(t.PushedAt))
	if err != nil || n > 0 {
		return err
	}
	// The virtual clock may stand still, so the order of issue is a number.
	var last int64
	err = w.row(ctx, `select coalesce(max(seq), 0) from tickets where component_appid = $1`, []any{t.ComponentAppid}, &last)
	if err != nil {
		return err
	}
	_, err = w.exec(ctx, `insert into tickets (component_appid, value, issued_at, pushed_at, seq) values ($1, $2, $3, $4, $5)`,
		t.ComponentAppid, t.Value, millis(t.IssuedAt), millis(t.PushedAt), last+1)
	return err
}

// PruneTickets implements [platform.Tx].
func (w *writer) PruneTickets(ctx context.Context, component string, before time.Time) error {
	_, err := w.change(ctx, component, `delete from tickets where component_appid = $1 and pushed_at < $2`, component, millis(before))
	return err
}

const tokenColumns = `hash, component_appid, kind, authorizer_appid, hint, origin, issued_to, issued_rid, issued_at, expires_at,
	superseded_at, superseded_by, superseded_by_rid, grace_ends_at`

func tokenDest(t *platform.AccessToken) []any {
	return []any{
		(*hashColumn)(&t.Hash), &t.ComponentAppid, &t.Kind, &t.AuthorizerAppid, &t.Hint, &t.Origin, &t.IssuedTo, &t.IssuedRID,
		(*instant)(&t.IssuedAt), (*instant)(&t.ExpiresAt), (*instant)(&t.SupersededAt), &t.SupersededBy, &t.SupersededByRID,
		(*instant)(&t.GraceEndsAt),
	}
}

// hashColumn is a token's hash as bytes in a column.
type hashColumn platform.TokenHash

// Scan implements sql.Scanner.
func (h *hashColumn) Scan(src any) error {
	b, ok := src.([]byte)
	if !ok || len(b) != len(h) {
		return fmt.Errorf("a token hash is stored as %T", src)
	}
	copy(h[:], b)
	return nil
}

// SupersedeTokens implements [platform.Tx].
func (w *writer) SupersedeTokens(ctx context.Context, component, authorizer string, kind platform.TokenKind, by platform.Supersede) error {
	_, err := w.change(ctx, component, `update tokens set superseded_at = $5, superseded_by = $6, superseded_by_rid = $7, grace_ends_at = $8
		where component_appid = $1 and kind = $2 and authorizer_appid = $3 and origin = $4 and superseded_at is null`,
		component, string(kind), authorizer, platform.OriginAPI, millis(by.At), by.By, by.ByRID, millis(by.GraceEnds))
	return err
}

// EndTokens implements [platform.Tx].
func (w *writer) EndTokens(ctx context.Context, component, authorizer string, by platform.Supersede) error {
	_, err := w.change(ctx, component, `update tokens set superseded_at = $3, superseded_by = $4, superseded_by_rid = $5, grace_ends_at = $6
		where component_appid = $1 and kind = 'authorizer' and authorizer_appid = $2 and (superseded_at is null or grace_ends_at > $6)`,
		component, authorizer, millis(by.At), by.By, by.ByRID, millis(by.GraceEnds))
	return err
}

// InsertToken implements [platform.Tx].
func (w *writer) InsertToken(ctx context.Context, t *platform.AccessToken) error {
	_, err := w.change(ctx, t.ComponentAppid, `insert into tokens (`+tokenColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		t.Hash[:], t.ComponentAppid, string(t.Kind), t.AuthorizerAppid, t.Hint, t.Origin, t.IssuedTo, t.IssuedRID,
		millis(t.IssuedAt), millis(t.ExpiresAt), millis(t.SupersededAt), t.SupersededBy, t.SupersededByRID, millis(t.GraceEndsAt))
	return err
}

// PruneTokens implements [platform.Tx].
func (w *writer) PruneTokens(ctx context.Context, component string, before time.Time) error {
	_, err := w.change(ctx, component, `delete from tokens where component_appid = $1 and expires_at < $2`, component, millis(before))
	return err
}
