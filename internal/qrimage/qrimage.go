// Package qrimage makes pictures of QR codes.
package qrimage

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"

	"rsc.io/qr"
)

// Codes have the lowest level of error correction, which makes the smallest ones: to
// draw a code in a terminal the official uploader reads the picture first, with a
// reader that often fails on larger ones.
const level = qr.L

// PNG returns the QR code of a text as a PNG. It fails for a text that is too long:
// over 2953 bytes.
func PNG(text string) ([]byte, error) {
	code, err := encode(text)
	if err != nil {
		return nil, err
	}
	return code.PNG(), nil
}

const (
	// module is the width of a square of a JPEG, in pixels. It is that of the blocks
	// in which JPEG works, so that squares do not blur into each other.
	module = 8
	// quiet is the width of the white border, in squares; ISO 18004 asks for four.
	quiet = 4
)

// JPEG returns the QR code of a text as a JPEG in shades of grey. It fails as [PNG].
func JPEG(text string) ([]byte, error) {
	code, err := encode(text)
	if err != nil {
		return nil, err
	}
	width := (code.Size + 2*quiet) * module
	picture := image.NewGray(image.Rect(0, 0, width, width))
	for y := range width {
		for x := range width {
			if !code.Black(x/module-quiet, y/module-quiet) { // outside is white
				picture.SetGray(x, y, color.Gray{Y: 0xff})
			}
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture, &jpeg.Options{Quality: 90}); err != nil {
		return nil, fmt.Errorf("make the JPEG of a QR code: %w", err)
	}
	return out.Bytes(), nil
}

func encode(text string) (*qr.Code, error) {
	code, err := qr.Encode(text, level)
	if err != nil {
		return nil, fmt.Errorf("make a QR code: %w", err)
	}
	return code, nil
}
