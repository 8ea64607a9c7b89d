package ports

import (
	"crypto/tls"
	"crypto/x509"

	"keyholder/scanner"
)

// handshake begins a TLS conversation and returns what the certificate says. ok is false when it did
// not come about; the certificate may be known all the same.
func (w *wire) handshake() (facts []scanner.Fact, ok bool) {
	f := scanner.Fact{Kind: scanner.FactTLS, Fields: map[string]string{}}
	config := &tls.Config{
		// Devices at home sign their certificates themselves. Nothing secret is sent over this
		// connection; what is read is only taken for what the device claims.
		InsecureSkipVerify: true,
		MinVersion:         tls.VersionTLS10, // old devices speak nothing newer, and that is worth knowing
		CipherSuites:       allSuites(),
		VerifyPeerCertificate: func(raw [][]byte, _ [][]*x509.Certificate) error {
			if len(raw) > 0 {
				describe(f, raw[0])
			}
			return nil
		},
	}
	conn := tls.Client(w.tcp, config)
	err := conn.HandshakeContext(w.ctx)
	if err == nil {
		w.tls = conn
		put(f, "version", tls.VersionName(conn.ConnectionState().Version))
	}
	if len(f.Fields) == 0 {
		return nil, false
	}
	return []scanner.Fact{f}, err == nil
}

// describe keeps to whom a certificate was issued and by whom.
func describe(f scanner.Fact, raw []byte) {
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		return
	}
	cn := cert.Subject.CommonName
	if cn == "" && len(cert.DNSNames) > 0 {
		cn = cert.DNSNames[0]
	}
	put(f, "cn", cn)
	issuer := cert.Issuer.CommonName
	if issuer == "" && len(cert.Issuer.Organization) > 0 {
		issuer = cert.Issuer.Organization[0]
	}
	put(f, "issuer", issuer)
}

// allSuites are all ways of encrypting that the library knows, also those that are no longer used
// where something is to be kept secret.
func allSuites() []uint16 {
	var ids []uint16
	for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		ids = append(ids, s.ID)
	}
	return ids
}
