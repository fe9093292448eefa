package wxopen_test

import (
	"bytes"
	"testing"

	"draftbox/examples"
	"draftbox/internal/miniprogram"
	"draftbox/wxopen"
)

// A draftbox server makes the same package of an upload as of the folder.
func TestUploadIsThePackageOfTheFolder(t *testing.T) {
	t.Parallel()
	h := newHost()
	if _, err := h.uploader(t).Upload(t.Context(), wxopen.CodeUpload{Version: "1"}, examples.MiniProgram()); err != nil {
		t.Fatal(err)
	}
	want, err := miniprogram.FromFS(examples.MiniProgram(), miniprogram.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer want.Content.Close()
	body := h.uploads[0].body
	c, err := miniprogram.OpenContainer(bytes.NewReader(body), int64(len(body)), miniprogram.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if s, err := c.Signature(); err != nil || s.Version != "draftbox/1" {
		t.Errorf("signature = %+v, %v", s, err)
	}
	got, err := c.Build(miniprogram.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer got.Content.Close()
	if got.Package.Digest != want.Package.Digest {
		t.Errorf("digest %s, that of the folder is %s", got.Package.Digest, want.Package.Digest)
	}
}
