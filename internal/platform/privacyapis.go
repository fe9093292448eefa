package platform

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"sync"
)

// privateInfoAPIs are the location interfaces that code has to declare.
// https://developers.weixin.qq.com/community/develop/doc/000a02f2c5026891650e7f40351c01
var privateInfoAPIs = []string{
	"getFuzzyLocation", "getLocation", "onLocationChange", "startLocationUpdate",
	"startLocationUpdateBackground", "chooseLocation", "choosePoi", "chooseAddress",
}

// privacyAPIs are interfaces that use something of a person's, and the privacy_key
// that the guideline has for it.
// https://developers.weixin.qq.com/miniprogram/dev/framework/user-privacy/miniprogram-intro.html
var privacyAPIs = map[string]string{
	"getFuzzyLocation": "Location", "getLocation": "Location", "onLocationChange": "Location", "startLocationUpdate": "Location",
	"startLocationUpdateBackground": "Location", "chooseLocation": "Location", "choosePoi": "Location",
	"chooseAddress": "Address", "chooseInvoice": "Invoice", "chooseInvoiceTitle": "Invoice", "getWeRunData": "RunData",
	"getUserProfile": "UserInfo", "getUserInfo": "UserInfo", "getRecorderManager": "Record", "startRecord": "Record",
	"chooseImage": "Album", "chooseMedia": "Album", "chooseVideo": "Album", "createCameraContext": "Camera", "chooseContact": "Contact",
	"saveImageToPhotosAlbum": "AlbumWriteOnly", "saveVideoToPhotosAlbum": "AlbumWriteOnly", "chooseLicensePlate": "LicensePlate",
	"openBluetoothAdapter": "BlueTooth", "addPhoneCalendar": "CalendarWriteOnly", "addPhoneRepeatCalendar": "CalendarWriteOnly",
	"chooseMessageFile": "MessageFile",
}

// jumpAPI opens other mini programs; code that calls it has to list them.
// https://developers.weixin.qq.com/miniprogram/dev/api/navigate/wx.navigateToMiniProgram.html
const jumpAPI = "navigateToMiniProgram"

// apiScanner looks for calls of the interfaces above in code that is written to it:
// "wx." and a name that ends there. The stored form of a package is not compressed, so
// it is read as it is.
type apiScanner struct {
	tail  []byte // of what was written before
	found map[string]bool
}

// longestAPI bounds what a call may be cut into.
const longestAPI = 40

var wxDot = []byte("wx.")

// Write implements io.Writer.
func (s *apiScanner) Write(p []byte) (int, error) {
	s.scan(append(s.tail, p[:min(len(p), longestAPI)]...))
	s.scan(p)
	if len(p) >= longestAPI {
		s.tail = append(s.tail[:0], p[len(p)-longestAPI:]...)
	} else {
		s.tail = append(s.tail, p...)
		s.tail = s.tail[max(0, len(s.tail)-longestAPI):]
	}
	return len(p), nil
}

func (s *apiScanner) scan(text []byte) {
	for {
		i := bytes.Index(text, wxDot)
		if i < 0 {
			return
		}
		text = text[i+len(wxDot):]
		end := bytes.IndexFunc(text, func(r rune) bool { return r > 127 || !letter(byte(r)) })
		if end <= 0 || end >= longestAPI {
			continue
		}
		if name := string(text[:end]); privacyAPIs[name] != "" || name == jumpAPI {
			s.found[name] = true
		}
	}
}

func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '$'
}

// codeScan is what was found in a package.
type codeScan struct {
	apis  []string // location interfaces
	keys  []string // privacy keys, sorted
	jumps bool     // it calls jumpAPI
}

// keptScans bounds how many packages' scans are remembered.
const keptScans = 1024

// scans remember what was found in packages, by digest: the same content has the same
// interfaces, on whatever node.
type scans struct {
	mu    sync.Mutex
	found map[string]codeScan
}

// scanCode looks for interfaces in a package.
func (s *Service) scanCode(ctx context.Context, r Reader, digest string) (codeScan, error) {
	s.scans.mu.Lock()
	out, known := s.scans.found[digest]
	s.scans.mu.Unlock()
	if known {
		return out, nil
	}
	scanner := &apiScanner{found: map[string]bool{}}
	if err := r.WritePackage(ctx, digest, scanner); err != nil {
		return codeScan{}, err
	}
	keys := map[string]bool{}
	for api := range scanner.found {
		if api == jumpAPI {
			out.jumps = true
		} else {
			keys[privacyAPIs[api]] = true
		}
	}
	out.keys = slices.Sorted(maps.Keys(keys))
	for _, api := range privateInfoAPIs {
		if scanner.found[api] {
			out.apis = append(out.apis, api)
		}
	}
	s.scans.mu.Lock()
	defer s.scans.mu.Unlock()
	if s.scans.found == nil || len(s.scans.found) >= keptScans {
		s.scans.found = map[string]codeScan{}
	}
	s.scans.found[digest] = out
	return out, nil
}

// codePrivacyOf tells what a merchant's committed code says of privacy.
func codePrivacyOf(ctx context.Context, r Reader, component, authorizer string) (CodePrivacy, error) {
	code, err := r.CodeState(ctx, component, authorizer)
	if err != nil || code.Exp == nil {
		return CodePrivacy{}, err
	}
	return CodePrivacy{Exists: true, Keys: code.Exp.PrivacyKeys, Checking: code.Exp.Checking(r.Now())}, nil
}
