package adminapi

// mergePatch applies a JSON merge patch (RFC 7396) to an object, in place. A
// null does not remove a member that has a default: it puts the default back.
// https://www.rfc-editor.org/rfc/rfc7396
func mergePatch(target, patch, defaults map[string]any) {
	for name, value := range patch {
		def, hasDefault := defaults[name]
		if value == nil {
			if hasDefault {
				target[name] = def
			} else {
				delete(target, name)
			}
			continue
		}
		inner, isObject := value.(map[string]any)
		into, wasObject := target[name].(map[string]any)
		if isObject && wasObject {
			innerDefaults, _ := def.(map[string]any)
			mergePatch(into, inner, innerDefaults)
			continue
		}
		target[name] = value
	}
}
