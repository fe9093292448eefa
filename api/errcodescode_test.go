package api_test

import "slices"

// merchantCodes are what every call with a merchant's token answers that its page may
// leave out: by GET, and by POST.
var (
	merchantGET  = []int{41001, 42001, 43001, 45009, 48001, 50002, 61003, 61004, 61007}
	merchantPOST = []int{41001, 42001, 43002, 44002, 45009, 47001, 48001, 50002, 61003, 61004, 61007}
)

func general(of []int, more ...int) []int { return slices.Concat(of, more) }

// without is general without what the page lists itself.
func without(of []int, listed ...int) []int {
	return slices.DeleteFunc(slices.Clone(of), func(code int) bool { return slices.Contains(listed, code) })
}

// listedOfCode are the calls about a mini program's code. The page of commit lists
// -60005, too, without a word on what it is.
var listedOfCode = map[string]codes{
	"POST /wxa/commit": {
		page: []int{
			-1, 40001, 40014, 80066, 80067, 80082, 85013, 85014, 85043, 85044, 85045, 85046, 85047, 85048, 85310, 85311, 85312, 9402202, 9402203,
		},
		general: general(merchantPOST, 40097),
	},
	"GET /wxa/get_page":                       {page: []int{-1, 0, 40001, 86000, 86001}, general: merchantGET},
	"GET /wxa/get_qrcode":                     {page: []int{-1, 0, 40001, 40014}, general: general(merchantGET, 40097, 86001)},
	"GET /wxa/security/get_code_privacy_info": {page: []int{61039, 61040}, general: general(merchantGET, -1, 40001, 86001)},
	"POST /wxa/submit_audit": {
		page: []int{
			0, 61039, 61040, 85006, 85007, 85008, 85009, 85010, 85011, 85023, 85051, 85077, 85085, 85086, 85087, 85092, 85093, 85094,
			86000, 86001, 86002, 86007, 86009, 86010, 87006, 9400001, 9402202,
		},
		general: general(merchantPOST, -1, 40001),
	},
	"POST /wxa/uploadmedia":     {page: []int{40005, 40006, 41005, 43002}, general: general(without(merchantPOST, 43002, 44002, 47001), -1, 40001)},
	"POST /wxa/get_auditstatus": {page: []int{-1, 40001, 85012, 86000, 86001}, general: merchantPOST},
	// 85012, 86000 and 86001 are in an older table of the page.
	"GET /wxa/get_latest_auditstatus": {page: []int{-1, 0, 40001, 85012, 86000, 86001}, general: general(merchantGET, 85058)},
	"GET /wxa/undocodeaudit":          {page: []int{-1, 0, 40001, 87013}, general: general(merchantGET, 87012, 9402202)},
	"GET /wxa/queryquota":             {page: []int{-1, 0, 40001}, general: general(merchantGET, 61014)},
	"POST /wxa/speedupaudit":          {page: []int{-1, 0, 40001, 89401, 89402, 89403, 89404, 89405}, general: merchantPOST},
	"POST /wxa/release": {
		page:    []int{-1, 0, 40001, 40014, 44002, 85019, 85020},
		general: general(without(merchantPOST, 44002), 85052, 9402202),
	},
	// 87011 is in an older table of the page.
	"GET /wxa/revertcoderelease":  {page: []int{-1, 0, 40001, 40097, 87011, 87012}, general: general(merchantGET, 9402202)},
	"POST /wxa/grayrelease":       {page: []int{-1, 40001, 40097, 85079, 85080, 85081, 85082, 86002}, general: general(merchantPOST, 9402202)},
	"GET /wxa/getgrayreleaseplan": {page: []int{-1}, general: general(merchantGET, 40001)},
	"GET /wxa/revertgrayrelease":  {page: []int{-1, 0, 40001}, general: general(merchantGET, 85020, 9402202)},
	// Older pages list 85021 and 85022.
	"POST /wxa/change_visitstatus": {page: []int{-1, 0}, general: general(merchantPOST, 40001, 85021, 85022, 9402202)},
	"POST /wxa/getvisitstatus":     {page: []int{-1, 0, 44002}, general: general(without(merchantPOST, 44002), 40001)},
	"POST /wxa/getversioninfo":     {page: []int{-1, 0, 44002}, general: general(without(merchantPOST, 44002), 40001)},
	// The page says that it fails without an empty object, not with which code.
	"POST /cgi-bin/wxopen/getweappsupportversion": {page: []int{0}, general: general(merchantPOST, -1, 40001)},
	"POST /cgi-bin/wxopen/setweappsupportversion": {page: []int{-1, 40001, 89014}, general: general(merchantPOST, 9402202)},
}
