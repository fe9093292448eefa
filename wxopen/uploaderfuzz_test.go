package wxopen_test

import (
	"errors"
	"net/http"
	"testing"

	"draftbox/wxopen"
)

// FuzzUploadAnswer reads any answer to a preview, which has all that an answer to
// an upload has: it is a refusal, of no use, or complete.
func FuzzUploadAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"errCode":0,"errMsg":"ok","body":{"qrcode_img":"eA==","subpackage_info":[{"name":"__FULL__","size":1152}],"ext_plugin_info":[{"provider":"wx1","version":"1","size":"7"}],"str_uint64version":"1"}}`,
		`{"errCode":-1,"errMsg":"inner upload fail with errcode: 80200, errmsg: main package source size 2062KB exceed max limit 2MB"}`,
		`{"errCode":"0","body":{"qrcode_img":"eA==","subpackage_info":null}}`, `{"errcode":0,"body":{}}`, `{"errCode":1e3}`, `{"errCode":0,"body":[]}`, `<html>`, ``,
	} {
		f.Add(seed)
	}
	key := pkcs1(uploadKey())
	f.Fuzz(func(t *testing.T, answer string) {
		u, err := wxopen.NewUploader(wxopen.UploaderConfig{Appid: devAppid, PrivateKey: key, HTTPClient: &http.Client{
			Transport: transport(func(req *http.Request) (*http.Response, error) {
				if req.URL.Path == "/wxa/ci/getrandstr" {
					return jsonResponse(req, `{"errCode":0,"data":{"randomString":"13d15f9651050c921756af67d785317a"}}`), nil
				}
				return jsonResponse(req, answer), nil
			}),
		}})
		if err != nil {
			t.Fatal(err)
		}
		got, err := u.Preview(t.Context(), wxopen.CodePreview{}, shop())
		if err == nil {
			if got == nil || len(got.QRCode) == 0 {
				t.Errorf("%q: %+v", answer, got)
			}
			return
		}
		refused, isRefusal := errors.AsType[*wxopen.Error](err)
		_, unusable := errors.AsType[*wxopen.TransportError](err)
		if got != nil || !isRefusal && !unusable || isRefusal && refused.Code == 0 {
			t.Errorf("%q: %+v, %T %v", answer, got, err, err)
		}
	})
}
