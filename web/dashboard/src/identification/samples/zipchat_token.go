// The standard library is all that is needed.
package shop

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"os"
	"strconv"
	"strings"
	"time"
)

type Customer struct {
	ID                               int64
	Email, FirstName, LastName, Plan string
}

// ZipchatToken takes who your session says is signed in, never what a request claims.
func ZipchatToken(customer Customer) (string, error) {
	now := time.Now().Unix()
	header := map[string]any{"alg": "RS256", "typ": "JWT", "kid": "YOUR_KEY_ID"}
	claims := map[string]any{
		"email":                 customer.Email,
		"sub":                   strconv.FormatInt(customer.ID, 10), // stays the same when the email changes
		"first_name":            customer.FirstName,
		"last_name":             customer.LastName,
		"additional_attributes": map[string]any{"plan": customer.Plan},
		"aud":                   "YOUR_WIDGET_TOKEN",
		"iat":                   now,
		"exp":                   now + 3600,
	}
	key, err := zipchatKey()
	if err != nil {
		return "", err
	}
	parts := make([]string, 0, 3)
	for _, part := range []any{header, claims} {
		text, err := json.Marshal(part)
		if err != nil {
			return "", err
		}
		parts = append(parts, base64.RawURLEncoding.EncodeToString(text))
	}
	digest := sha256.Sum256([]byte(strings.Join(parts, ".")))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		return "", err
	}
	return strings.Join(append(parts, base64.RawURLEncoding.EncodeToString(signature)), "."), nil
}

func zipchatKey() (*rsa.PrivateKey, error) {
	// Where the environment keeps a line break as "\n", it is put back.
	text := strings.ReplaceAll(os.Getenv("ZIPCHAT_PRIVATE_KEY"), `\n`, "\n")
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("ZIPCHAT_PRIVATE_KEY is not a PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	rsaKey, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("ZIPCHAT_PRIVATE_KEY is not an RSA key")
	}
	return rsaKey, nil
}
