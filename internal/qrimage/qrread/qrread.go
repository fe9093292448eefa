// Package qrread reads QR codes in pictures that package qrimage drew: upright, sharp
// and whole, so that nothing has to be searched for or mended. Tests use it.
package qrread

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // pictures are of either kind
	_ "image/png"  // likewise

	"rsc.io/qr/coding"
)

// Read returns the text of the QR code in a PNG or JPEG.
func Read(picture []byte) (string, error) {
	img, _, err := image.Decode(bytes.NewReader(picture))
	if err != nil {
		return "", fmt.Errorf("read a picture: %w", err)
	}
	black, err := squares(img)
	if err != nil {
		return "", err
	}
	version := coding.Version((len(black) - 17) / 4)
	for mask := range coding.Mask(8) {
		plan, err := coding.NewPlan(version, coding.L, mask)
		if err != nil {
			return "", fmt.Errorf("a code of %d squares: %w", len(black), err)
		}
		if fits(plan, black) {
			return decode(version, data(plan, black))
		}
	}
	return "", errors.New("the code has none of the eight masks with the level L")
}

// squares returns the code's squares by row: the border around it is white, and its
// upper left corner a bar of seven black squares.
func squares(img image.Image) ([][]bool, error) {
	black := func(x, y int) bool { r, _, _, _ := img.At(x, y).RGBA(); return r < 0x8000 }
	size := img.Bounds().Dx()
	border := 0
	for border < size && !black(border, border) {
		border++
	}
	bar := border
	for bar < size && black(bar, border) {
		bar++
	}
	width := (bar - border) / 7
	if width == 0 {
		return nil, errors.New("the picture has no QR code")
	}
	n := (size - 2*border) / width
	out := make([][]bool, n)
	for y := range out {
		out[y] = make([]bool, n)
		for x := range out[y] {
			out[y][x] = black(border+x*width+width/2, border+y*width+width/2)
		}
	}
	return out, nil
}

// fits reports whether the squares that the mask decides, and those that never change,
// are as the plan has them.
func fits(plan *coding.Plan, black [][]bool) bool {
	if len(plan.Pixel) != len(black) {
		return false
	}
	for y, row := range plan.Pixel {
		for x, pixel := range row {
			switch pixel.Role() {
			case coding.Data, coding.Check, coding.Extra:
			default:
				if black[y][x] != (pixel&coding.Black != 0) {
					return false
				}
			}
		}
	}
	return true
}

// data returns the bits of the text, unmasked and in order.
func data(plan *coding.Plan, black [][]bool) []byte {
	out := make([]byte, plan.DataBytes)
	for y, row := range plan.Pixel {
		for x, pixel := range row {
			if pixel.Role() != coding.Data || black[y][x] == (pixel&coding.Invert != 0) {
				continue
			}
			bit := pixel.Offset()
			out[bit/8] |= 0x80 >> (bit % 8)
		}
	}
	return out
}

// bits are read from the front.
type bits struct {
	data []byte
	at   int
}

func (b *bits) take(n int) int {
	out := 0
	for range n {
		out <<= 1
		if b.at < 8*len(b.data) && b.data[b.at/8]&(0x80>>(b.at%8)) != 0 {
			out |= 1
		}
		b.at++
	}
	return out
}

// alphabet is that of the alphanumeric mode.
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

// decode reads the first segment, which is all that package qrimage writes.
func decode(version coding.Version, data []byte) (string, error) {
	b := &bits{data: data}
	wide := 0 // size class of the version
	if version > 9 {
		wide++
	}
	if version > 26 {
		wide++
	}
	switch mode := b.take(4); mode {
	case 4: // bytes
		text := make([]byte, b.take([]int{8, 16, 16}[wide]))
		for i := range text {
			text[i] = byte(b.take(8))
		}
		return string(text), nil
	case 2: // alphanumeric
		n := b.take([]int{9, 11, 13}[wide])
		var text []byte
		for ; n >= 2; n -= 2 {
			pair := b.take(11)
			text = append(text, alphabet[pair/45], alphabet[pair%45])
		}
		if n == 1 {
			text = append(text, alphabet[b.take(6)])
		}
		return string(text), nil
	default:
		return "", fmt.Errorf("the code has the mode %d, want bytes or letters", mode)
	}
}
