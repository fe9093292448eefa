// Package api holds the OpenAPI documents of draftbox.
//
// The documents are the contract between the server, its clients and whoever
// generates code from them; tests check both against the running server.
package api

import _ "embed"

// WeChat is the OpenAPI 3.1 document (YAML) of the emulated endpoints of
// api.weixin.qq.com.
//
//go:embed wechat.openapi.yaml
var WeChat []byte

// Uploader is the OpenAPI 3.1 document (YAML) of what the official uploader asks
// of servicewechat.com.
//
//go:embed uploader.openapi.yaml
var Uploader []byte

// Admin is the OpenAPI 3.1 document (YAML) of the management API.
//
//go:embed admin.openapi.yaml
var Admin []byte
