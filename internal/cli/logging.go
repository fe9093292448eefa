package cli

import (
	"log/slog"
)

var logLevels = map[string]slog.Level{
	"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
}

// newLogger returns the server's log on standard error.
func (a *app) newLogger(f *serveFlags) *slog.Logger {
	options := &slog.HandlerOptions{Level: logLevels[f.logLevel.value]}
	asText := f.logFormat.value == "text" || f.logFormat.value == "auto" && isTerminal(a.stdio.Err)
	if asText {
		return slog.New(slog.NewTextHandler(a.stdio.Err, options))
	}
	return slog.New(slog.NewJSONHandler(a.stdio.Err, options))
}
