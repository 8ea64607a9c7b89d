package server

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"keyholder/casework"
	"keyholder/server/web"
)

// assets are the files under /static. Their address carries a hash over all of them, so that a
// browser may keep them for ever and still never shows an old one.
type assets struct {
	files map[string]asset
	hash  string
}

type asset struct {
	kind string // Content-Type
	body []byte
}

// servedKinds are the only files that are served; licences and the manifest have their own page.
var servedKinds = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
}

func hashAssets(fsys fs.FS) (*assets, error) {
	a := &assets{files: map[string]asset{}}
	sum := sha256.New()
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		kind, served := servedKinds[path.Ext(name)]
		if err != nil || d.IsDir() || !served {
			return err
		}
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		sum.Write([]byte(name))
		sum.Write(body)
		a.files[name] = asset{kind: kind, body: body}
		return nil
	})
	a.hash = hex.EncodeToString(sum.Sum(nil))[:16]
	return a, err
}

func (a *assets) url(name string) string { return "/static/" + a.hash + "/" + name }

// showStatic serves one file. An address with an old hash is gone, not silently the new file.
func (s *Server) showStatic(c *web.Call) error {
	file, ok := s.assets.files[strings.TrimPrefix(c.Param("file"), "/")]
	if !ok || c.Param("hash") != s.assets.hash {
		return &casework.Error{Kind: casework.KindNotFound, Key: "frame.error.not_found"}
	}
	c.Header("Cache-Control", "public, max-age=31536000, immutable")
	c.Data(http.StatusOK, file.kind, file.body)
	return nil
}

// typeOf is the media type of a request body, without parameters.
func typeOf(header string) string {
	kind, _, err := mime.ParseMediaType(header)
	if err != nil {
		return ""
	}
	return kind
}
