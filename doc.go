// Package draftbox runs WeChat's third-party platform on your own machine: the
// draft box, the template library, tickets and tokens, with the wire protocol of
// api.weixin.qq.com.
//
// [New] makes a server out of [Options]; its [Server.Handler] is the emulated
// host and its [Server.AdminHandler] the management API. The draftbox command is
// built on this package. For tests, use package draftboxtest, which needs no
// port and cleans up after itself.
package draftbox
