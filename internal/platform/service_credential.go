package platform

import "context"

// Credential is one of the secrets that a component is known by.
type Credential string

// Credentials of a component.
const (
	CredentialSecret Credential = "secret"           // AppSecret
	CredentialToken  Credential = "token"            // message token (消息校验 Token)
	CredentialAESKey Credential = "encoding_aes_key" // 消息加解密 Key
)

// RenewCredential makes one of a component's credentials anew, as its owner can in
// WeChat's web console. The former one is void at once.
func (s *Service) RenewCredential(ctx context.Context, appid string, which Credential) (Component, error) {
	return s.ChangeComponent(ctx, appid, func(c *Component) error {
		var err error
		switch which {
		case CredentialSecret:
			c.Secret, err = s.hexDigits(secretDigits)
		case CredentialToken:
			c.Token, err = s.hexDigits(tokenDigits)
		case CredentialAESKey:
			c.EncodingAESKey, err = s.newAESKey()
		default:
			err = Invalidf("%q is no credential: secret, token or encoding_aes_key", clip(string(which)))
		}
		return err
	})
}
