package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
)

// filesLimit bounds a form with files, in bytes: the largest one is the video of 10 MB
// that a call takes.
const filesLimit = 11 << 20

// files is the handler of a form that may have files. All of it stays in memory.
func (a *Console) files(fn, back handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := a.newCall(w, r)
		if !a.admit(c, true) {
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, filesLimit)
		if err := r.ParseMultipartForm(filesLimit); err != nil && !errors.Is(err, http.ErrNotMultipart) { //nolint:gosec // the reader above is bounded
			told := &refusal{http.StatusBadRequest, "told.form"}
			if _, large := errors.AsType[*http.MaxBytesError](err); large {
				told = &refusal{http.StatusRequestEntityTooLarge, "told.files"}
			}
			a.send(c, a.told(c, told))
			return
		}
		c.form = r.PostForm
		ctx, cancel := context.WithTimeout(r.Context(), workTimeout)
		defer cancel()
		a.run(ctx, c, fn, back)
	})
}

// contentOf returns the bytes of a file of a form.
func contentOf(head *multipart.FileHeader) ([]byte, error) {
	part, err := head.Open()
	if err != nil {
		return nil, fmt.Errorf("open the file of the form: %w", err)
	}
	defer part.Close()
	content, err := io.ReadAll(part)
	if err != nil {
		return nil, fmt.Errorf("read the file of the form: %w", err)
	}
	return content, nil
}
