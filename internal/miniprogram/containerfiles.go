package miniprogram

import (
	"bytes"
	"encoding/json"
	"io"

	"draftbox/internal/platform"
)

const (
	extFile = "ext.json"
	// warningKey is where the uploader says that ext.json has no effect, because
	// the mini program is no third-party platform's.
	warningKey = "__warning__"
	// maxSignatureFile bounds ci.signature, in bytes: a key of 4096 bits makes one
	// of some 730.
	maxSignatureFile = 16 << 10
)

// UploadSignature is what the uploader's ci.signature says.
type UploadSignature struct {
	Signature string // standard base64, as it was sent
	Version   string // of the uploader, "2.1.42"; may be empty
}

// ErrNoSignature says that a container has no ci.signature, or none that can be
// read. It is of kind [platform.ErrInvalid].
var ErrNoSignature = platform.Invalidf(`the code package has no /ci.signature of the form {"signature":"…","version":"…"}; upload with the private key of the mini program`)

// Signature returns what authenticates the upload, which is still to be
// verified.
//
// Errors: [ErrNoSignature].
func (c *Container) Signature() (UploadSignature, error) {
	e := c.list.find(signatureFile)
	if e == nil || e.size > maxSignatureFile {
		return UploadSignature{}, ErrNoSignature
	}
	data, err := e.bytes(maxSignatureFile)
	if err != nil {
		return UploadSignature{}, err
	}
	object, _, err := decodeObject(signatureFile, data)
	if err != nil {
		return UploadSignature{}, ErrNoSignature
	}
	var s UploadSignature
	if json.Unmarshal(object["signature"], &s.Signature) != nil || s.Signature == "" {
		return UploadSignature{}, ErrNoSignature
	}
	if raw, there := object["version"]; there && json.Unmarshal(raw, &s.Version) != nil {
		return UploadSignature{}, ErrNoSignature
	}
	return s, nil
}

// Ext returns what the project's ext.json asks for; its JSON is {} where there is
// none, and comes without line breaks and the uploader's own remark.
// https://developers.weixin.qq.com/miniprogram/dev/devtools/ext.html
func (c *Container) Ext() (platform.CodeExt, error) {
	ext := platform.CodeExt{JSON: "{}"}
	e, err := c.list.inRoot(extFile)
	if e == nil || err != nil {
		return ext, err
	}
	data, err := e.bytes(maxConfigSize)
	if err != nil {
		return ext, err
	}
	object, plain, err := decodeObject(extFile, data)
	if err != nil {
		return ext, err
	}
	for _, member := range []struct {
		name, kind string
		to         any
	}{
		{"extEnable", "true or false", &ext.Enable},
		{"extAppid", "a string", &ext.Appid},
		{"directCommit", "true or false", &ext.DirectCommit},
	} {
		if raw, there := object[member.name]; there && json.Unmarshal(raw, member.to) != nil {
			return ext, platform.Invalidf("%s: %q must be %s", extFile, member.name, member.kind)
		}
	}
	kept, err := withoutMember(plain, warningKey)
	ext.JSON = string(kept)
	return ext, err
}

// stripWarning takes the uploader's remark out of app.json: it is no code, and
// two uploads of the same code would differ by it.
func (l *listing) stripWarning() error {
	e, err := l.inRoot(appFile)
	if e == nil || err != nil || e.size > maxConfigSize {
		return err // what is wrong with app.json is said by what reads it
	}
	data, err := e.bytes(maxConfigSize)
	if err != nil {
		return err
	}
	object, plain, err := decodeObject(appFile, data)
	if _, there := object[warningKey]; err != nil || !there {
		return nil //nolint:nilerr // as above
	}
	kept, err := withoutMember(plain, warningKey)
	if err != nil {
		return err
	}
	e.size = int64(len(kept))
	e.open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(kept)), nil }
	return nil
}

// withoutMember returns a JSON object without line breaks and without one of its
// members; the others keep their order and their values.
func withoutMember(object []byte, name string) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(object))
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	var kept bytes.Buffer
	kept.WriteByte('{')
	for dec.More() {
		before := dec.InputOffset()
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		written := bytes.TrimLeft(object[before:dec.InputOffset()], ", \t\r\n")
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, err
		}
		if key == json.Token(name) {
			continue
		}
		if kept.Len() > 1 {
			kept.WriteByte(',')
		}
		kept.Write(written)
		kept.WriteByte(':')
		if err := json.Compact(&kept, value); err != nil {
			return nil, err
		}
	}
	kept.WriteByte('}')
	return kept.Bytes(), nil
}
