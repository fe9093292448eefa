package extjson

import (
	"fmt"
	"slices"
	"strings"
)

// checkPrivateInfos is 85310, 85311 and 85312. Only what ext_json itself declares
// is held against it; what the template declares is for submit_audit (61040).
func (m *merger) checkPrivateInfos() {
	list, ok := m.given["requiredPrivateInfos"]
	if !ok {
		return
	}
	if k := m.ext.nodes[list].kind; k != array {
		m.refuse(CodePrivateInfoName, "", list, "requiredPrivateInfos must be an array of names, not "+k.String())
		m.drop("requiredPrivateInfos")
		return
	}
	var known []int32
	for i := range m.ext.children(list) {
		if name := m.ext.string(i); m.isLocationInterface(i, name) {
			known = append(known, i)
		}
	}
	m.checkExclusive(known)
	for _, i := range known {
		name := m.ext.string(i)
		if m.rights.PrivateInfos == nil || slices.Contains(m.rights.PrivateInfos, name) || slices.Contains(m.rights.PrivateInfos, "wx."+name) || m.full() {
			continue
		}
		m.refuse(CodePrivateInfoRight, name+" is not authorized", i,
			fmt.Sprintf("the mini program holds no permission for %s; apply for it (apply_privacy_interface) or take it off", name))
	}
}

// isLocationInterface is 85310. The page prints "is wrong API name"; that the name
// stands before it is unconfirmed.
func (m *merger) isLocationInterface(i int32, name string) bool {
	if _, ok := locationInterfaces[name]; ok {
		return true
	}
	if m.full() {
		return false
	}
	if k := m.ext.nodes[i].kind; k != text {
		m.refuse(CodePrivateInfoName, "", i, "a name in requiredPrivateInfos must be a string, not "+k.String())
		return false
	}
	names := make([]string, 0, len(locationInterfaces))
	for known := range locationInterfaces {
		names = append(names, known)
	}
	slices.Sort(names)
	message := quote(name) + " is none of the eight location interfaces that requiredPrivateInfos is for"
	if bare := strings.TrimPrefix(name, "wx."); bare != name && slices.Contains(names, bare) {
		message += "; write " + bare + ", without wx."
	} else {
		message += nearest(name, names)
	}
	m.refuse(CodePrivateInfoName, clip(name)+" is wrong API name", i, message)
	return false
}

// checkExclusive is 85311: getFuzzyLocation excludes four others.
// https://developers.weixin.qq.com/community/personal/oCJUswyGRHVLVwUt_zIhxu47Es-c/question
func (m *merger) checkExclusive(known []int32) {
	fuzzy := slices.ContainsFunc(known, func(i int32) bool { return m.ext.string(i) == "getFuzzyLocation" })
	if !fuzzy {
		return
	}
	for _, i := range known {
		if name := m.ext.string(i); locationInterfaces[name] && !m.full() {
			m.refuse(CodePrivateInfoMix, name+" is mutually exclusive", i,
				fmt.Sprintf("%s and getFuzzyLocation exclude each other; keep one of them", name))
		}
	}
}
