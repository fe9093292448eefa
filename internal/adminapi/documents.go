package adminapi

import (
	"net/http"

	"draftbox/api"
)

const yamlType = "application/yaml; charset=utf-8"

func wechatDocument(*http.Request) (*answer, error) {
	return &answer{contentType: yamlType, content: api.WeChat}, nil
}

func uploaderDocument(*http.Request) (*answer, error) {
	return &answer{contentType: yamlType, content: api.Uploader}, nil
}

func adminDocument(*http.Request) (*answer, error) {
	return &answer{contentType: yamlType, content: api.Admin}, nil
}
