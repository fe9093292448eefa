package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// mock is a mock server of others, from the npm registry.
type mock struct {
	name    string
	pkg     string
	version string
	binary  string
	// target is how many times its calls a second we must make.
	target float64
	// definition is the file that makes it give an answer.
	definition func(answer []byte) any
	args       func(definition string, port int) []string
}

var mocks = []mock{
	{
		name: "Prism", pkg: "@stoplight/prism-cli", version: "5.16.0", binary: "prism", target: 15,
		definition: prismDefinition,
		args: func(definition string, port int) []string {
			return []string{"mock", "--host", "127.0.0.1", "--port", strconv.Itoa(port), definition}
		},
	},
	{
		name: "Mockoon", pkg: "@mockoon/cli", version: "9.9.0", binary: "mockoon-cli", target: 30,
		definition: mockoonDefinition,
		args: func(definition string, port int) []string {
			return []string{"start", "--data", definition, "--hostname", "127.0.0.1", "--port", strconv.Itoa(port)}
		},
	},
}

// runMocks compares with general mock servers that serve the same answer.
func runMocks(ctx context.Context, b *bench) ([]row, error) {
	one, err := b.serveWorld(ctx, 1, 2)
	if err != nil {
		return nil, err
	}
	defer one.stop()
	var rows []row
	for _, m := range mocks {
		name := "2 drafts, against " + m.name
		r, err := b.compareMock(ctx, name, one, &m)
		if err != nil {
			r = row{Case: name, Verdict: skipped, Note: err.Error()}
		} else {
			r.Verdict = verdict(r.Ratio >= m.target)
		}
		r.Target = fmt.Sprintf("≥ %.0f", m.target)
		rows = append(rows, r)
	}
	return rows, nil
}

func (b *bench) compareMock(ctx context.Context, name string, one *servedWorld, m *mock) (row, error) {
	binary, err := b.install(ctx, m)
	if err != nil {
		return row{}, err
	}
	dir, err := b.newDir("mock")
	if err != nil {
		return row{}, err
	}
	definition := filepath.Join(dir, "definition.json")
	text, err := json.Marshal(m.definition(one.body))
	if err != nil {
		return row{}, err
	}
	if err := os.WriteFile(definition, text, 0o600); err != nil {
		return row{}, err
	}
	port, err := freePort(ctx)
	if err != nil {
		return row{}, err
	}
	cmd := exec.Command(binary, m.args(definition, port)...) //nolint:noctx // ended by stop
	cmd.Dir = dir
	// Both log every call by default, as we do: one to its output, the other
	// below the home directory.
	cmd.Env = append(os.Environ(), "HOME="+dir)
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return row{}, err
	}
	defer log.Close()
	cmd.Stdout = log
	p, err := start(ctx, m.name, cmd)
	if err != nil {
		return row{}, err
	}
	defer p.stop()
	url := listURL(fmt.Sprintf("http://127.0.0.1:%d", port), one.tenants[0])
	if err := awaitAnswer(ctx, url); err != nil {
		return row{}, p.failed(err)
	}
	return b.compare(ctx, name, one.target(), target{process: p, url: url})
}

// install puts a mock server into the user's cache, where it stays for the next
// run, and returns its program.
func (b *bench) install(ctx context.Context, m *mock) (string, error) {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", errors.New("npm is missing; install Node.js 20 or newer")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "draftbox", "bench", m.binary+"-"+m.version)
	binary := filepath.Join(dir, "node_modules", ".bin", m.binary)
	if _, err := os.Stat(binary); err == nil {
		return binary, nil
	}
	b.say("installing %s %s into %s", m.pkg, m.version, dir)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, npm, "install", "--prefix", dir, "--no-audit", "--no-fund", "--loglevel=error", m.pkg+"@"+m.version)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm install %s@%s: %w\n%s", m.pkg, m.version, err, out)
	}
	return binary, nil
}

func freePort(ctx context.Context) (int, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := l.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // tcp was asked for
	return port, l.Close()
}

// awaitAnswer waits until a URL answers.
func awaitAnswer(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, readyWait)
	defer cancel()
	for {
		_, err := get(ctx, url)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no answer within %s: %w", readyWait, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// object is a JSON object written in place.
type object map[string]any

// prismDefinition is an OpenAPI document with the answer as its only example.
func prismDefinition(answer []byte) any {
	return object{
		"openapi": "3.0.3", "info": object{"title": "mock", "version": "1"},
		"paths": object{draftListPath: object{"get": object{"responses": object{"200": object{
			"description": "ok", "content": object{"application/json": object{"example": json.RawMessage(answer)}},
		}}}}},
	}
}

// mockoonDefinition is an environment of one route with the answer as its text.
func mockoonDefinition(answer []byte) any {
	return object{
		"uuid": "e", "name": "mock", "hostname": "127.0.0.1", "port": 3000, "lastMigration": 33,
		"rootChildren": []object{{"type": "route", "uuid": "r"}},
		"routes": []object{{
			"uuid": "r", "type": "http", "method": "get", "endpoint": draftListPath[1:],
			"responses": []object{{
				"uuid": "a", "statusCode": 200, "bodyType": "INLINE", "body": string(answer), "default": true,
				"headers": []object{{"key": "Content-Type", "value": contentType}},
			}},
		}},
	}
}
