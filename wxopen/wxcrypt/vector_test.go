package wxcrypt_test

import (
	"testing"
	"time"

	"draftbox/wxopen/wxcrypt"
)

// vector is a message with all that it became. A to D were computed and read by
// five implementations in three languages.
type vector struct {
	name, token, key, appid string
	timestamp               int64
	nonce, random           string
	msg                     string
	encrypted               string
	signature               string // empty: not published
	msgSignature            string
}

func (v vector) cipher(tb testing.TB) *wxcrypt.Cipher {
	tb.Helper()
	c, err := wxcrypt.New(v.token, v.key, v.appid, wxcrypt.RandomText(func() string { return v.random }))
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func (v vector) time() time.Time { return time.Unix(v.timestamp, 0) }

var vectors = []vector{
	{
		name: "A: a ticket", token: "draftboxPushToken01", key: "DraftBoxTestVectorEncodingAESKey0123456789A", appid: "wx1234567890abcdef",
		timestamp: 1700000000, nonce: "1234567890", random: "0123456789abcdef",
		msg:       "<xml><AppId><![CDATA[wx1234567890abcdef]]></AppId>\n<CreateTime>1700000000</CreateTime>\n<InfoType><![CDATA[component_verify_ticket]]></InfoType>\n<ComponentVerifyTicket><![CDATA[ticket@@@0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_0123456789abcdefghijkl]]></ComponentVerifyTicket>\n</xml>",
		encrypted: "zuILrHlesipEWUxy6z4u6uBjdcDa+JqxkGbYAZkpxv0tfTgyjBKMjcKpf6XGLL9H1L3IR4dOrV7FRYM68OR6JtDEXR7TFgQ05XGC5BEGV1ACbXIUvfSLqTbcmTlojSx5CMw7kzz7ooPTkwZOkfVhJvepS7oI2NXdHxJixC2w5jjpBC4/jLr0j3qGd19fIITZlET/Klq2MXteIvGTSfPPn7mTrqV3V05pgvgkT+RE1XfqqyQLBpl73wjCSJonMrsUgGvVm2eT4MzdW128h5jH5xwCYyIL9DgZlPdln+lnaMsWIuy05NWedDJ43HMdSye5KmS2zHPxkuxFlsz2ZzYq/1KN+8t7HXC+bdpBwbwH70vke0sNrUlJZ4jgqNYqakMoQ+N6lklTgqlM5qnojy3EhvJ4Bc2p65P4rfr/fo0RD3Qn8L5JUrxd3Fql4uEpwI19e2Me0xXv+ql8hsdai8pu/A==",
		signature: "39c3dc3b7a2969e83f48f43007c7334e3e433461", msgSignature: "4431a71babdef44bed91cd81c1139cb710cdd962",
	},
	{
		name: "B: a full block of padding", token: "draftboxPushToken01", key: "DraftBoxTestVectorEncodingAESKey0123456789A", appid: "wx1234567890abcdef",
		timestamp: 1700000600, nonce: "987654321", random: "fedcba9876543210",
		msg:       "abcdefghijklmnopqrstuvwxyz",
		encrypted: "WCIGxfst8UapH+AmEWG63uN9wxwlwTlmdsscL+gfREFKAQBUKSShaSf07h+tJe9o0r+nN5yQ5hs7XUL7mxup8L+8PBt5bkrrDQQlN1g6lUACXaHsvZ1RjWe5NvdRFsb+",
		signature: "61d4650b908058d112fe2f47f06c17aceb6c18ee", msgSignature: "ef174595968f6f2ba948bd46873ff5bd36eb9676",
	},
	{
		name: "C: upper case sorts before lower case", token: "draftboxPushToken01", key: "DraftBoxTestVectorEncodingAESKey0123456789A", appid: "wx1234567890abcdef",
		timestamp: 1700001200, nonce: "415670741", random: "00112233aabbccdd",
		msg:       "success",
		encrypted: "R+nbvckz68UbfPXVRDAkbyZweQZu7w8dWya/z5qnTQFtIoVRlsnQyP2TBr7RFPCbKPr2U/EDTmUAjpC3SciNQQ==",
		signature: "067aafc4601d6d9ad45296b691282b09a6f34968", msgSignature: "59c80a571749d694c1415a7995b98e88de29b7c4",
	},
	{
		name: "D: UTF-8, a key with bits to spare", token: "draftboxPushToken01", key: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", appid: "wx1234567890abcdef",
		timestamp: 1700001800, nonce: "298025754", random: "a1b2c3d4e5f60718",
		msg:       "<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName>\n<FromUserName><![CDATA[o0123456789abcdefghijklmnopq]]></FromUserName>\n<CreateTime>1700000000</CreateTime>\n<MsgType><![CDATA[event]]></MsgType>\n<Event><![CDATA[weapp_audit_fail]]></Event>\n<Reason><![CDATA[1:账号信息不符合规范:<br>(1):包含色情因素<br>]]></Reason>\n<FailTime>1700000000</FailTime>\n<ScreenShot><![CDATA[media_id_1]]></ScreenShot>\n</xml>",
		encrypted: "KcsVCjC/PTCPvgQb0vZupE08+i1+bUcWZ7UsCzbZtuHvVHZLXoGq+u7ALGt7xJcdnfYfjJnFmC+iyUoX72lMrJOW6rdFL59Ug7XUc2jFhMc4XcWb/LDF1rP62ihQHtl89QeemamdmR0xlg5k2jSnJuiVRfRV8xS6n2WeeOjrImJG3NC4dya9Wlk6+fKWkZr+5P7jSjjJuyIGVF045ReFF5wapJ8AcAiVBCLTz1kuwhmlFFKC970e2/qTG97BFRivl3fufPxRx2oZKwS815kc8BPFcaFKr6Qt4igVaWe0vn8xh9/3M3QT45RoPgWUwTcsKqArPzgoEWs1+BqBbsvCf/eo9YtGrONJnYX1tTz9u82Sb5Br19ALJrNbSWdcfoxSQMPZmG0iRWLNn7WfbqHM6WYiZD5UTlJwPPvlrjbS+5Icu9QftfZWYKiDbW8IaJzwfWN72/SeVMJjpQvzg43BbZSfNQZRiBOj2a2CXUCg/4I7nZEqN3fEXeK0DNqeUbx60IR4gS4kF+iNSd0D2gTCJuqxhMpPSRvXpBx7AmLQbidqNx9EtP8D82Xjq9Hvm2Y8Yn+SDlzJvLJrGafR27Cq3lWFywJMg/6PeLkzBBAiydceqXzqQuye+yovUyu3poVE",
		signature: "5df0f48efcc71c8471358a2772c720823f8264a7", msgSignature: "c8d669767282e699c1e201fe24ad13503c45bc45",
	},
	{
		name: "V2: the page's sample of a reply", token: "AAAAA", key: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", appid: "wx134c8103faa5a59e",
		timestamp: 1713424427, nonce: "415670741", random: "999951349e8ee746",
		msg:       "<xml><demo_resp>[CDATA[good luck]]</demo_resp></xml>",
		encrypted: "hE8R6mGXHkJJjU72KxzKUd1GEkKJaEZq7vRL8XgK3o+00k8JGq6+pZJUIlTSyhsX+bxIBQ72g3GyvDdIZcr6+3HAZbSvPT9t/o11MI7d6WELwqrGd7jMnV0zv3Zc9Nq7",
		signature: "", msgSignature: "03e0812039325c2712ef5f0f980fd14c70d6e307",
	},
	{
		name: "SDK: read by nine implementations", token: "pushtoken", key: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE", appid: "wx1234567890abcdef",
		timestamp: 1700000000, nonce: "1029384756", random: "0123456789abcdef",
		msg:       "<xml><AppId><![CDATA[wx1234567890abcdef]]></AppId><CreateTime>1700000000</CreateTime><InfoType><![CDATA[component_verify_ticket]]></InfoType><ComponentVerifyTicket><![CDATA[ticket@@@abcDEF-123_xyz]]></ComponentVerifyTicket></xml>",
		encrypted: "Q3stYC6hdFzMh9T8HCvyDI3N2qc1BRPT4qYXNgsYV3z8GVGAWA+2TInmDwRZmzACUT6znIzUoTCT4gRv4u/L9i3wzSogszr/DXmHn+wK945KsQvXhQoeud5sc9ZH4y4LVwQI3+A8ycAcICgVE6j174DLk4mnuFqRhCb/cKfALRnXgNvUFD4W1gqcaFlgxJDcwLki5S8NaThGKagRgzz4dPvIQAKdpvm68F1Em2SH3WjJkqiXySvfcyCIee4uUF/RpVNMzlEZJ8q3b/5/jxQGfCCPO680jCqayz1WqUA89rOT11d8oN1fsZPNWQFGkxFq36VBWOMi24FrOxyanUpzuE7+oLFCFqQ4pPsvgfm/r6N85/3EXYRjKkZYLIGaGKee",
		signature: "724cc5179c9bbfa6dced6cd051bdc1592ec58910", msgSignature: "4016dc199c3a932282622bbeff36229f83fa21d1",
	},
}

// pushSample is V1, the page's sample of a push; the page does not print the
// message. It came to the URL of another account, wxba5fad812f8e6fb9: what the
// ciphertext names is the platform.
const (
	pushSampleQuery = "signature=cc0c594499c1634947d5b502f158ee518947db27&timestamp=1715943329&nonce=1590219412&openid=o9AgO5Kd5ggOC-bXrbNODIiE3bGY" +
		"&encrypt_type=aes&msg_signature=6c12a4205838198b8fa631b3220723bb07f1015c"
	pushSampleEncrypted = "D7yzvUNAL930rd28wf21s4hvXhz0L6Uit/p2Di6C5DHyYGpEgdBRnKjBec34JwoQXicwaZC7fOVihW80F4VtsdvE//1vr7oAbqjDv8KenVp+ajKYpJnyQ4zMRhIC+a31fCVOMC03FfzV/QuC94kBP55a+Za3sJgvAn+ZbsNqZI5DkyuzkhQN8OBqCzFhizGmy0xpM0MEA4agpvE+RuNO1rhHTtuJB5yltw1FiYzecSXJ+y/D2r81VkRn2eYjh2ltsoyfbDR7Is6ookXIFxTfyeNyeHxMeT4KN5WpCDmSbTcUYrbBUlkGLJ9n/rU8YOywma6G7aTb7KZKOqCxgfoUlYEZPk4FUL/TK7ShriFDMVCLyjQJ15Ob++agDWtcxhfUfe6HIoIpRW8mKNBQiY/Jd1svvuskA1wLef1RTtzKfMpagSCX/laZINmdnX4zrF6kIaR9P4xQrWXbsTFHTYe0Mg=="
)
