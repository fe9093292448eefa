package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Limits of the files that are read, in bytes.
const (
	maxWorldFile  = 64 << 20
	maxSecretFile = 64 << 10
)

// Load reads a world file, YAML or JSON. Everything that is wrong with it is one
// [*Error]. Paths in it are relative to its folder.
func Load(path string) (*World, error) {
	data, err := readRegular(path, maxWorldFile)
	if err != nil {
		return nil, fmt.Errorf("read the world file: %w", err)
	}
	return Parse(data, path)
}

// Parse is [Load] for a file that was read already.
func Parse(data []byte, path string) (*World, error) {
	w := &World{origin: origin{file: path, dir: filepath.Dir(path), lines: map[string]int{}}}
	p := &problems{origin: &w.origin}
	d := &decoder{problems: p}
	if root := parseYAML(data, p); root != nil {
		d.value(root, reflect.ValueOf(w).Elem(), "")
	}
	w.readFiles(p)
	w.check(p)
	if err := p.err(); err != nil {
		return nil, err
	}
	for _, at := range d.warnings {
		w.warnings = append(w.warnings, prefix(path, w.origin.line(at))+at+" has no effect in this version")
	}
	return w, nil
}

// parseYAML returns the root of the one document, or nil if it is empty or
// broken.
func parseYAML(data []byte, p *problems) *yaml.Node {
	if json.Valid(data) {
		data = joinSurrogates(data)
	}
	var doc, second yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&doc); err != nil {
		if !errors.Is(err, io.EOF) {
			p.addSyntax(err)
		}
		return nil
	}
	if err := dec.Decode(&second); err == nil {
		p.list = append(p.list, Problem{second.Line, "a second document begins here; a world is one document"})
	} else if !errors.Is(err, io.EOF) {
		p.addSyntax(err)
	}
	if len(doc.Content) == 0 {
		return nil
	}
	return doc.Content[0]
}

var yamlLine = regexp.MustCompile(`^line (\d+): `)

// addSyntax reports what the library says about a broken document.
func (p *problems) addSyntax(err error) {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 0
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1]) // digits
		text = text[len(m[0]):]
	}
	p.list = append(p.list, Problem{line, "not valid YAML: " + text})
}

// joinSurrogates writes the characters beyond U+FFFF of valid JSON as
// themselves: JSON escapes them as two halves, which YAML does not take.
func joinSurrogates(data []byte) []byte {
	var out []byte
	for i := 0; i < len(data); i++ {
		if data[i] != '\\' {
			out = append(out, data[i])
			continue
		}
		high, low := escaped(data[i:]), rune(-1)
		if utf16.IsSurrogate(high) {
			low = escaped(data[i+6:])
		}
		if r := utf16.DecodeRune(high, low); r != utf8.RuneError {
			out = utf8.AppendRune(out, r)
			i += 11
			continue
		}
		out = append(out, data[i], data[i+1])
		i++
	}
	return out
}

// escaped returns the code of a \uXXXX at the beginning of data, or -1.
func escaped(data []byte) rune {
	if len(data) < 6 || data[0] != '\\' || data[1] != 'u' {
		return -1
	}
	code, err := strconv.ParseUint(string(data[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(code)
}

// readFiles reads the secrets and keys that stand in files of their own.
func (w *World) readFiles(p *problems) {
	for i := range w.Components {
		c, at := &w.Components[i], fmt.Sprintf("components[%d]", i)
		p.secret(&c.Secret, c.SecretFile, at+".secret")
		p.secret(&c.Token, c.TokenFile, at+".token")
		p.secret(&c.EncodingAESKey, c.EncodingAESKeyFile, at+".encoding_aes_key")
		p.secret(&c.VerifyTicket, c.VerifyTicketFile, at+".verify_ticket")
		for j := range c.Authorizers {
			a := &c.Authorizers[j]
			p.secret(&a.RefreshToken, a.RefreshTokenFile, fmt.Sprintf("%s.authorizers[%d].refresh_token", at, j))
		}
	}
}

// secret takes a secret from its file, if one is named.
func (p *problems) secret(value *string, file, path string) {
	switch {
	case file == "":
		return
	case *value != "":
		p.add(path+"_file", "the secret is given twice, here and in %s; leave one out", path)
		return
	}
	data, err := readRegular(p.origin.resolve(file), maxSecretFile)
	if err != nil {
		p.add(path+"_file", "%v", err)
		return
	}
	if *value = strings.TrimSpace(string(data)); *value == "" {
		p.add(path+"_file", "%s is empty", file)
	}
}

// readRegular reads a file that is one: a device or a pipe might never end.
func readRegular(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no regular file", path)
	case info.Size() > limit:
		return nil, fmt.Errorf("%s has %d bytes, at most %d are read", path, info.Size(), limit)
	}
	return os.ReadFile(path)
}

// Warnings lists the keys that this version takes and does not act on, each with
// its file and line.
func (w *World) Warnings() []string { return w.warnings }
