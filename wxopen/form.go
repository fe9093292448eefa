package wxopen

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"strings"
	"unicode"
)

// maxFormFile bounds a file whose length is known only when it has been read, in
// bytes. The longest that the service takes has 10 MB.
const maxFormFile = 64 << 20

// form is a multipart/form-data body with one file in it. It can be sent several
// times: with another token, and after -1. Its length is told before it is sent, as
// every known client does.
type form struct {
	contentType string
	head        []byte
	tail        []byte
	content     io.ReaderAt // or
	spool       *uploadBody
	from        int64
	size        int64 // of the content
}

// newForm makes a form of a file. Content that is an io.Seeker and an io.ReaderAt, as
// an [os.File] and a [bytes.Reader] are, is read when it is sent, from where it
// stands; all else is copied first, in memory or, if it is long, in a temporary file.
// Close it when done.
func newForm(field, name string, content io.Reader) (*form, error) {
	if content == nil {
		return nil, errors.New("wxopen: no file to send")
	}
	f := new(form)
	if err := f.take(content); err != nil {
		f.close()
		return nil, fmt.Errorf("wxopen: reading the file to send: %w", err)
	}
	var text bytes.Buffer
	w := multipart.NewWriter(&text)
	header := make(map[string][]string, 2)
	header["Content-Disposition"] = []string{multipart.FileContentDisposition(field, strings.Map(inHeader, name))}
	header["Content-Type"] = []string{fileType(name)}
	_, err := w.CreatePart(header)
	if err == nil {
		f.head = bytes.Clone(text.Bytes())
		text.Reset()
		err = w.Close()
	}
	if err != nil {
		f.close()
		return nil, err
	}
	f.tail = text.Bytes()
	f.contentType = w.FormDataContentType()
	return f, nil
}

// inHeader replaces what cannot be in the line that names the file.
func inHeader(r rune) rune {
	if unicode.IsControl(r) {
		return '_'
	}
	return r
}

// take finds out how long the content is.
func (f *form) take(content io.Reader) error {
	seeker, canSeek := content.(io.Seeker)
	at, canReadAt := content.(io.ReaderAt)
	if canSeek && canReadAt {
		// A pipe is an os.File, too, and cannot do either.
		if from, err := seeker.Seek(0, io.SeekCurrent); err == nil {
			end, err := seeker.Seek(0, io.SeekEnd)
			if err == nil {
				_, err = seeker.Seek(from, io.SeekStart)
			}
			f.content, f.from, f.size = at, from, max(0, end-from)
			return err
		}
	}
	f.spool = new(uploadBody)
	n, err := io.Copy(f.spool, io.LimitReader(content, maxFormFile+1))
	if err == nil && n > maxFormFile {
		err = fmt.Errorf("it is longer than %d bytes", maxFormFile)
	}
	f.size = n
	return err
}

// fileType is the media type by the end of a file's name.
func fileType(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".png":
		return "image/png"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".gif":
		return "image/gif"
	case ".mp4":
		return "video/mp4"
	case ".txt":
		return "text/plain"
	}
	return "application/octet-stream"
}

func (f *form) reader() io.Reader {
	var content io.Reader
	if f.spool != nil {
		content = f.spool.reader()
	} else {
		content = io.NewSectionReader(f.content, f.from, f.size)
	}
	return io.MultiReader(bytes.NewReader(f.head), content, bytes.NewReader(f.tail))
}

func (f *form) length() int64 { return int64(len(f.head)) + f.size + int64(len(f.tail)) }

// attach makes it the body of a request. End what is returned when the call is over.
func (f *form) attach(req *http.Request) *sending {
	s := &sending{body: f}
	req.Body, _ = s.open()
	req.GetBody = s.open
	req.ContentLength = f.length()
	req.Header.Set("Content-Type", f.contentType)
	return s
}

func (f *form) close() {
	if f.spool != nil {
		f.spool.Close()
	}
}

// isPicture tells a picture from whatever else is answered, by its first bytes.
func isPicture(body []byte) bool { return strings.HasPrefix(http.DetectContentType(body), "image/") }
