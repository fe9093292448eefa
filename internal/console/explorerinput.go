package console

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/textproto"
	"path/filepath"
	"strings"
	"sync"

	"draftbox/internal/apidoc"
)

// input is a call as somebody has filled it in.
type input struct {
	op       *apidoc.Operation
	token    string            // a tokenChoice's value
	merchant string            // another merchant's appid, which goes before token
	values   map[string]string // by name; a name in braces stands for a secret
	raw      string            // a body that goes before that of the values
	file     *inputFile
	secrets  map[string]string // what is put in for the names of secrets, once they are known
}

type inputFile struct {
	field, name, kind string
	content           []byte
	sample            bool // it is ours: nobody chose a file
}

// composed is a call as it is sent.
type composed struct {
	query string
	body  []byte
}

// inputOf reads the form of a call.
func inputOf(c *call, op *apidoc.Operation) (*input, error) {
	in := &input{
		op: op, token: c.form.Get("token"), merchant: strings.TrimSpace(c.form.Get("merchant")), values: map[string]string{},
		// Browsers end lines in CR LF; nobody typed the CR.
		raw: strings.ReplaceAll(c.form.Get("raw"), "\r\n", "\n"),
	}
	if in.merchant != "" {
		in.token = tokenOfMerchant + in.merchant
	}
	read := func(prefix string, fields []apidoc.Field) {
		for _, f := range fields {
			in.values[f.Name] = strings.ReplaceAll(c.form.Get(prefix+f.Name), "\r\n", "\n")
		}
	}
	read("q.", op.Query)
	if op.Body == nil {
		return in, nil
	}
	read("b.", op.Body.Fields)
	if op.Body.Form {
		if err := in.readFile(c); err != nil {
			return nil, err
		}
	}
	return in, nil
}

// readFile takes the file that was chosen, else a sample.
func (in *input) readFile(c *call) error {
	f := in.op.Body.Fields[0] // such a call has one part
	in.file = sampleFile(f)
	if name := c.form.Get("n." + f.Name); name != "" { // for a program its name is enough
		in.file = &inputFile{field: f.Name, name: filepath.Base(name), kind: c.form.Get("t." + f.Name)}
	}
	if c.r.MultipartForm == nil || len(c.r.MultipartForm.File["b."+f.Name]) == 0 {
		return nil
	}
	head := c.r.MultipartForm.File["b."+f.Name][0]
	if head.Filename == "" || head.Size == 0 {
		return nil
	}
	content, err := contentOf(head)
	if err != nil {
		return err
	}
	in.file = &inputFile{field: f.Name, name: filepath.Base(head.Filename), kind: head.Header.Get("Content-Type"), content: content}
	return nil
}

// sampleFile is what is sent where nobody chose a file.
func sampleFile(f apidoc.Field) *inputFile {
	if f.Media == "text/plain" {
		return &inputFile{f.Name, "sample.txt", f.Media, []byte("示例文件 · sample of draftbox\n"), true}
	}
	return &inputFile{f.Name, "sample.png", "image/png", samplePicture(), true}
}

// samplePicture is a small green square.
var samplePicture = sync.OnceValue(func() []byte {
	square := image.NewPaletted(image.Rect(0, 0, 16, 16), color.Palette{color.RGBA{0x07, 0xC1, 0x60, 0xFF}})
	var out bytes.Buffer
	if err := png.Encode(&out, square); err != nil {
		panic(err) // memory takes any picture
	}
	return out.Bytes()
})

// compose makes the call. Unless its secrets are shown, names stand in their place.
func (in *input) compose(reveal bool) composed {
	secret := func(name string) string {
		if reveal {
			return in.secrets[name]
		}
		return strings.ToUpper(name)
	}
	token := ""
	switch {
	case in.token == tokenWrong:
		token = wrongToken
	case in.token != tokenNone:
		token = secret(secretToken)
	}
	values := map[string]string{}
	for name, value := range in.values {
		if stands, ok := standsFor(name, value); ok {
			value = secret(stands)
		}
		values[name] = value
	}
	out := composed{in.op.QueryOf(token, values), in.op.BodyOf(values)}
	if in.raw != "" && out.body != nil {
		out.body = []byte(in.raw)
	}
	return out
}

// encoded is the body of a call as it is sent, and its type; nil for a call without.
func (in *input) encoded(made composed) (body []byte, kind string, err error) {
	if in.file == nil {
		if made.body == nil {
			return nil, "", nil
		}
		return made.body, "application/json", nil
	}
	var out bytes.Buffer
	form := multipart.NewWriter(&out)
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition(in.file.field, in.file.name)},
		"Content-Type":        {in.file.kind},
	})
	if err != nil {
		return nil, "", fmt.Errorf("write a form: %w", err)
	}
	if _, err = part.Write(in.file.content); err == nil {
		err = form.Close()
	}
	if err != nil {
		return nil, "", fmt.Errorf("write a form: %w", err)
	}
	return out.Bytes(), form.FormDataContentType(), nil
}
