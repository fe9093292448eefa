package console_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"draftbox/internal/platform"
)

// A reviewer rejects with pictures: they are kept, their media ids are pushed, and the
// order shows them. What is no picture, or too large, decides nothing.
func TestScreenshotsOfARejection(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	order := b.submit()
	page := fmt.Sprint(base, "/audits/", order)
	reject := func(ids string, pictures ...[]byte) (status int, body string) {
		var buf bytes.Buffer
		m := multipart.NewWriter(&buf)
		b.must(m.WriteField("decide", "fail"))
		b.must(m.WriteField("reason", "首页内容为空"))
		b.must(m.WriteField("screenshot", ids))
		for _, content := range pictures {
			part, err := m.CreateFormFile("pictures", "a.png")
			b.must(err)
			_, err = part.Write(content)
			b.must(err)
		}
		b.must(m.Close())
		w := b.do(http.MethodPost, page+"/decide", &buf, "Content-Type", m.FormDataContentType())
		return w.Code, w.Body.String()
	}
	png := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89")
	for _, refused := range []struct {
		content []byte
		text    string
	}{
		{[]byte("<script>"), "A screenshot is a PNG, JPEG or GIF picture."},
		{append(bytes.Clone(png), make([]byte, 2<<20)...), "40006"},
		{make([]byte, 12<<20), "11 MB"},
	} {
		if status, body := reject("", refused.content); status < 400 || !strings.Contains(body, refused.text) {
			t.Errorf("a file of %d bytes gets %d %s, want %q", len(refused.content), status, body, refused.text)
		}
	}
	if o, err := b.service.Audit(context.Background(), order); err != nil || o.State != platform.AuditWaiting {
		t.Errorf("after pictures that were refused the order is %s, %v", o.State, err)
	}

	if status, body := reject(" xxx|yyy ", png, nil, png); status != http.StatusSeeOther {
		t.Fatalf("the rejection gets %d %s", status, body)
	}
	o, err := b.service.Audit(context.Background(), order)
	b.must(err)
	ids := strings.Split(o.Screenshot, "|")
	if len(ids) != 4 || ids[0] != "xxx" || ids[1] != "yyy" || len(ids[2]) != 64 || len(ids[3]) != 64 {
		t.Fatalf("the screenshots are %q, want the two that were typed and two new ones", o.Screenshot)
	}
	at := base + "/merchants/" + merchant + "/media/"
	b.has(b.get(page), http.StatusOK, "<code>xxx</code>", `<img src="`+at+ids[2]+`"`, `<img src="`+at+ids[3]+`"`)
	b.has(b.get(at+ids[3]), http.StatusOK, string(png))
	rows, err := b.service.Deliveries(context.Background(), platform.DeliveryFilter{ComponentAppid: component, Type: "weapp_audit_fail"}, platform.DeliveryPlace{}, 1)
	b.must(err)
	if len(rows) != 1 || !strings.Contains(rows[0].Body, "<ScreenShot><![CDATA["+o.Screenshot+"]]>") {
		t.Errorf("what is pushed is %+v, want the screenshots %s", rows, o.Screenshot)
	}
}
