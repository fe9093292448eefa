package qrimage_test

import (
	"bytes"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"strings"
	"testing"

	"draftbox/internal/qrimage"
	"draftbox/internal/qrimage/qrread"
)

func TestPicturesSayTheText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"x", "https://open.weixin.qq.com/sns/getexpappinfo?appid=wx0123456789abcdef&iswxtpa=1#wechat-redirect",
		"汉字 & " + strings.Repeat("0123456789abcdef", 40), strings.Repeat("x", 2953),
	} {
		for format, draw := range map[string]func(string) ([]byte, error){"png": qrimage.PNG, "jpeg": qrimage.JPEG} {
			picture, err := draw(text)
			if err != nil {
				t.Fatal(err)
			}
			if _, got, err := image.DecodeConfig(bytes.NewReader(picture)); err != nil || got != format {
				t.Errorf("the picture is %q, want %q (%v)", got, format, err)
			}
			got, err := qrread.Read(picture)
			if err != nil || got != text {
				t.Errorf("%s of %d bytes: the code says %q (%v)", format, len(text), got, err)
			}
		}
	}
}

func TestTextThatIsTooLong(t *testing.T) {
	t.Parallel()
	for format, draw := range map[string]func(string) ([]byte, error){"PNG": qrimage.PNG, "JPEG": qrimage.JPEG} {
		if picture, err := draw(strings.Repeat("x", 2954)); err == nil || picture != nil {
			t.Errorf("%s: %d bytes, %v", format, len(picture), err)
		}
	}
}
