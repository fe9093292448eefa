package adminapi

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"draftbox/internal/spool"
)

// packageField is the form field of the archive.
const packageField = "package"

var uploadFields = []string{"source_miniprogram_appid", "user_version", "user_desc", "developer"}

// form is an upload's form.
type form struct {
	fields  map[string]string
	archive *spool.Body
}

func (f *form) close() {
	if f.archive != nil {
		f.archive.Close()
	}
}

// formBuffer is how much of a form is read at a time, in bytes.
const formBuffer = 256 << 10

// readForm reads the form as it comes, in any order of its fields, and keeps
// none of the archive in memory.
func (a *API) readForm(r *http.Request) (*form, error) {
	// The reader of forms takes 4 KiB at a time; larger ones take the server a
	// third of the time for an archive of 2 MB.
	r.Body = struct {
		io.Reader
		io.Closer
	}{bufio.NewReaderSize(r.Body, formBuffer), r.Body}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, &refusal{
			http.StatusUnsupportedMediaType, "unsupported_media_type",
			"Send the upload as multipart/form-data: the zip in the field package, the texts in fields beside it.",
		}
	}
	f := &form{fields: map[string]string{}}
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF { //nolint:errorlint // the documented end
			break
		}
		if err == nil {
			err = a.readPart(f, part)
		}
		if err != nil {
			f.close()
			return nil, brokenForm(err)
		}
	}
	if f.archive == nil {
		return nil, invalid("The field package is missing; it is the zip of the project.")
	}
	return f, nil
}

// brokenForm tells faults of the sender from ours.
func brokenForm(err error) error {
	var own *refusal
	var ours *os.PathError
	if errors.As(err, &own) || errors.As(err, &ours) {
		return err
	}
	if _, over := errors.AsType[*http.MaxBytesError](err); over {
		return errPackageTooLarge
	}
	return invalid("The multipart form cannot be read: %v", err)
}

var errPackageTooLarge = &refusal{
	http.StatusRequestEntityTooLarge, "too_large",
	fmt.Sprintf("The package is over %d MiB; zip the mini program alone, without node_modules and other builds.", packageLimit>>20),
}

func (a *API) readPart(f *form, part *multipart.Part) error {
	name := part.FormName()
	_, seen := f.fields[name]
	switch {
	case name == packageField && f.archive == nil:
		archive, err := a.spools.Receive(part, packageLimit)
		if errors.Is(err, spool.ErrTooLarge) {
			return errPackageTooLarge
		}
		f.archive = archive
		return err
	case seen || name == packageField:
		return invalid("The field %s comes more than once.", name)
	case !slices.Contains(uploadFields, name):
		return invalid("The field %q is not known here, known are %s and %s.", name, packageField, strings.Join(uploadFields, ", "))
	}
	text, err := io.ReadAll(io.LimitReader(part, fieldLimit+1))
	switch {
	case err != nil:
		return err
	case len(text) > fieldLimit:
		return invalid("The field %s is over %d KiB.", name, fieldLimit>>10)
	case !utf8.Valid(text):
		return invalid("The field %s is not valid UTF-8.", name)
	}
	f.fields[name] = string(text)
	return nil
}
