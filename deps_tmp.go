//go:build depstmp

package main

import (
	_ "filippo.io/age"
	_ "github.com/chromedp/chromedp"
	_ "github.com/gin-gonic/gin"
	_ "github.com/go-gormigrate/gormigrate/v2"
	_ "github.com/google/go-cmp/cmp"
	_ "github.com/grandcat/zeroconf"
	_ "github.com/huin/goupnp"
	_ "github.com/jackpal/gateway"
	_ "github.com/miekg/dns"
	_ "github.com/ncruces/go-sqlite3/driver"
	_ "github.com/ncruces/go-sqlite3/vfs/adiantum"
	_ "github.com/rogpeppe/go-internal/testscript"
	_ "github.com/santhosh-tekuri/jsonschema/v6"
	_ "golang.org/x/crypto/argon2"
	_ "golang.org/x/net/html"
	_ "golang.org/x/net/ipv4"
	_ "golang.org/x/sys/cpu"
	_ "golang.org/x/text/language"
	_ "gopkg.in/yaml.v3"
	_ "gorm.io/driver/sqlite"
	_ "gorm.io/gorm"
	_ "lukechampine.com/adiantum"
)
