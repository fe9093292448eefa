package main

import (
	"context"
	"net/http"
)

func runStored(ctx context.Context, b *bench) ([]row, error) { return nil, nil }
func runPostgres(ctx context.Context, b *bench) ([]row, error) { return nil, nil }
func runUpload(ctx context.Context, b *bench) ([]row, error) { return nil, nil }
func runStart(ctx context.Context, b *bench) ([]row, error) { return nil, nil }
func selectHandler(database string, text []byte) (http.HandlerFunc, func(), error) { return nil, nil, nil }
