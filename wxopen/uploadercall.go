package wxopen

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// maxUploadAnswer bounds an answer, in bytes; the longest has a picture in it.
const maxUploadAnswer = 1 << 20

// post makes a call with a JSON body.
func (u *Uploader) post(ctx context.Context, r *request, body any) (answer, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return answer{}, fmt.Errorf("wxopen: body for %s: %w", r.path, err)
	}
	req, err := u.newRequest(ctx, r, bytes.NewReader(text))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	return u.do(r, req)
}

// newRequest builds a request, without a content type.
func (u *Uploader) newRequest(ctx context.Context, r *request, body io.Reader) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, r.method, u.base.String()+r.path, body)
	if err != nil {
		return nil, fmt.Errorf("wxopen: %s: %w", r.path, err)
	}
	req.URL.RawQuery = r.query.Encode()
	req.Header.Set("User-Agent", "draftbox-wxopen")
	return req, nil
}

func (u *Uploader) do(r *request, req *http.Request) (answer, error) {
	resp, err := u.http.Do(req)
	if err != nil {
		return answer{}, newTransportError(r, err, r.secrets)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxUploadAnswer+1))
	if err != nil {
		failure := newTransportError(r, err, r.secrets)
		failure.HTTPStatus = resp.StatusCode
		return answer{}, failure
	}
	if len(body) > maxUploadAnswer {
		return answer{}, unusable(r, resp.StatusCode, r.secrets, "the answer is longer than %d bytes", maxUploadAnswer)
	}
	return readUploadAnswer(r, resp.StatusCode, body)
}

// readUploadAnswer tells data, refusal and rubbish apart. The upload host writes
// errCode and errMsg where other hosts write errcode and errmsg; what stands
// before it writes the latter.
func readUploadAnswer(r *request, status int, body []byte) (answer, error) {
	var fields object
	if err := fields.UnmarshalJSON(body); err != nil {
		return answer{}, unusable(r, status, r.secrets, "HTTP %d with a body that is no JSON object: %s", status, excerpt(scrub(string(body), r.secrets)))
	}
	codeName, msgName := "errCode", "errMsg"
	if fields.value(codeName) == nil {
		codeName, msgName = "errcode", "errmsg"
	}
	code, has, err := fields.number(codeName)
	switch {
	case err != nil:
		return answer{}, unusable(r, status, r.secrets, "HTTP %d: %w", status, err)
	case !has:
		return answer{}, unusable(r, status, r.secrets, "HTTP %d with a body that has no errCode: %s", status, excerpt(scrub(string(body), r.secrets)))
	case code != 0:
		msg, hint, rid := splitErrmsg(fields.text(msgName))
		return answer{}, &Error{Code: Code(code), Msg: scrub(msg, r.secrets), RID: rid, Hint: hint, Path: r.path, HTTPStatus: status}
	}
	return answer{object: fields, raw: body, status: status, attempts: 1}, nil
}

// member returns the object that an answer has under a name.
func (a answer) member(r *request, name string) (*reader, error) {
	fields, err := read(a.value(name))
	if err != nil {
		return nil, unusable(r, a.status, r.secrets, "the answer has no %s object", name)
	}
	return fields, nil
}

// flag reads true or false; a number other than 0 is true.
func (r *reader) flag(name string) bool {
	switch r.text(name) {
	case "", "0", "false":
		return false
	}
	return true
}

// count reads a number, 0 where it is missing.
func (r *reader) count(name string) int64 {
	n, _ := r.number(name)
	return n
}
