package server

import (
	"net/url"
	"strconv"
	"time"

	"keyholder/casework"
	"keyholder/server/view"
	"keyholder/server/web"
)

// settingsPage holds the few choices of the frame.
type settingsPage struct {
	view.Base
	Name      view.Input
	Idle      view.Input
	Emergency view.Input
	Leave     view.Input
	Relook    view.Input
	Hidden    view.Checkboxes
	Links     []view.Link
	Own       []ownTopic
}

// ownTopic is what became of one file of questions that the organisation added.
type ownTopic struct{ Says, Fault string }

func (settingsPage) Template() string { return "frame/settings" }

// passphrasePage changes the passphrase.
type passphrasePage struct {
	view.Base
	Phrase string
	Old    view.Password
	Choose view.Password
	Repeat view.Password
}

func (passphrasePage) Template() string { return "frame/passphrase" }

// settingsForm is what was typed, by setting.
type settingsForm struct{ product, idle, emergency, leave, hide, relook string }

func (s *Server) newSettingsPage(c *web.Call, f settingsForm) *settingsPage {
	p := &settingsPage{Base: c.Base("frame.settings.title")}
	p.Name = view.Input{
		Name: "product", Label: c.T("frame.settings.product"), Hint: c.T("frame.settings.product.hint"),
		Value: f.product, Width: "20",
	}
	p.Idle = view.Input{
		Name: "idle", Label: c.T("frame.settings.idle"), Hint: c.T("frame.settings.idle.hint"),
		Value: f.idle, Width: "3", InputMode: "numeric",
	}
	p.Emergency = view.Input{
		Name: "emergency", Label: c.T("frame.settings.emergency"),
		Hint: c.T("frame.settings.emergency.hint"), Value: f.emergency, Width: "10", InputMode: "tel",
	}
	p.Leave = view.Input{
		Name: "leave", Label: c.T("frame.settings.leave"), Hint: c.T("frame.settings.leave.hint"),
		Value: f.leave,
	}
	p.Relook = view.Input{
		Name: "relook", Label: c.T("frame.settings.relook"), Hint: c.T("frame.settings.relook.hint"),
		Value: f.relook, Width: "3", InputMode: "numeric",
	}
	p.Hidden = view.Checkboxes{
		Name: "hide", Label: c.T("frame.settings.hide"),
		Items: []view.Choice{{
			Value: "yes", Label: c.T("frame.settings.hide.yes"), Hint: c.T("frame.settings.hide.hint"),
			Chosen: f.hide == "yes",
		}},
	}
	p.Links = []view.Link{
		{Text: c.T("frame.settings.passphrase"), Href: c.At("/settings/passphrase")},
		{Text: c.T("frame.settings.recovery"), Href: c.At("/recovery")},
		{Text: c.T("frame.settings.licences"), Href: c.At("/settings/licences")},
	}
	for _, o := range s.cfg.Data.Own {
		says := c.T("frame.settings.own.used", "file", o.File, "title", o.Title)
		if o.Fault != "" {
			says = c.T("frame.settings.own.left", "file", o.File)
		}
		p.Own = append(p.Own, ownTopic{says, o.Fault})
	}
	return p
}

func (s *Server) showSettings(c *web.Call) error {
	var f settingsForm
	for key, into := range map[string]*string{
		web.SettingProduct: &f.product, web.SettingIdle: &f.idle,
		web.SettingEmergency: &f.emergency, web.SettingLeave: &f.leave, web.SettingHide: &f.hide, web.SettingRelook: &f.relook,
	} {
		value, err := c.Opened.Settings.Setting(c.Ctx(), key)
		if err != nil {
			return err
		}
		*into = value
	}
	if f.product == "" {
		f.product = s.Product
	}
	if f.idle == "" {
		f.idle = strconv.Itoa(int(s.idleLock() / time.Minute))
	}
	return c.Show(s.newSettingsPage(c, f))
}

func (s *Server) saveSettings(c *web.Call) error {
	f := settingsForm{
		product: c.PostForm("product"), idle: c.PostForm("idle"),
		emergency: c.PostForm("emergency"), leave: c.PostForm("leave"), hide: c.PostForm("hide"),
		relook: c.PostForm("relook"),
	}
	p := s.newSettingsPage(c, f)
	s.checkSettings(c, f, p)
	if len(p.Errors) > 0 {
		return c.Again(p)
	}
	for key, value := range map[string]string{
		web.SettingProduct: f.product, web.SettingIdle: f.idle,
		web.SettingEmergency: f.emergency, web.SettingLeave: f.leave, web.SettingHide: f.hide, web.SettingRelook: f.relook,
	} {
		if err := c.Opened.Settings.SetSetting(c.Ctx(), key, value, c.Opened.Worker); err != nil {
			return err
		}
	}
	s.useSettings(c)
	c.Flash("done", c.T("frame.settings.saved"))
	return c.To("/settings")
}

func (s *Server) checkSettings(c *web.Call, f settingsForm, p *settingsPage) {
	if f.product == "" || len([]rune(f.product)) > 40 {
		p.Name.Error = c.T("frame.settings.product.wrong")
		p.Errors.Add("product", p.Name.Error)
	}
	if m, err := strconv.Atoi(f.idle); err != nil || !idleAllowed(m) {
		p.Idle.Error = c.T("frame.settings.idle.wrong")
		p.Errors.Add("idle", p.Idle.Error)
	}
	if !phoneLike(f.emergency) {
		p.Emergency.Error = c.T("frame.settings.emergency.wrong")
		p.Errors.Add("emergency", p.Emergency.Error)
	}
	if _, ok := web.RelookDays(f.relook); !ok {
		p.Relook.Error = c.T("frame.settings.relook.wrong")
		p.Errors.Add("relook", p.Relook.Error)
	}
	if !leavable(f.leave) {
		p.Leave.Error = c.T("frame.settings.leave.wrong")
		p.Errors.Add("leave", p.Leave.Error)
	}
}

// leavable accepts an https address, and nothing at all.
func leavable(address string) bool {
	u, err := url.Parse(address)
	return address == "" || err == nil && u.Scheme == "https" && u.Host != ""
}

func idleAllowed(minutes int) bool {
	d := time.Duration(minutes) * time.Minute
	return d >= minIdle && d <= maxIdle
}

// phoneLike accepts digits with the marks people write between them.
func phoneLike(number string) bool {
	for _, r := range number {
		if (r < '0' || r > '9') && r != ' ' && r != '+' && r != '-' {
			return false
		}
	}
	return len(number) <= 20
}

// useSettings applies the settings of the vault to this process and session.
func (s *Server) useSettings(c *web.Call) {
	read := func(key string) string {
		value, err := c.Opened.Settings.Setting(c.Ctx(), key)
		if err != nil {
			s.cfg.Log.Error("reading a setting", "kind", web.Kinds(err))
		}
		return value
	}
	c.Session.SetChoices(web.Choices{
		Product: read(web.SettingProduct), LeaveURL: read(web.SettingLeave), Hide: read(web.SettingHide) == "yes",
	})
	if m, err := strconv.Atoi(read(web.SettingIdle)); err == nil && idleAllowed(m) {
		s.mu.Lock()
		s.cfg.IdleLock = time.Duration(m) * time.Minute
		s.mu.Unlock()
	}
}

func (s *Server) newPassphrasePage(c *web.Call) *passphrasePage {
	return &passphrasePage{
		Base:   c.Base("frame.passphrase.title"),
		Phrase: s.cfg.Vault.Phrase(),
		Old:    view.Password{Name: "passphrase_old", Label: c.T("frame.passphrase.old")},
		Choose: view.Password{
			Name: "passphrase", Label: c.T("frame.passphrase.new"), Hint: c.T("frame.first.hint"),
			New: true, Strength: true,
		},
		Repeat: view.Password{Name: "passphrase2", Label: c.T("frame.first.repeat"), New: true},
	}
}

func (s *Server) showPassphrase(c *web.Call) error { return c.Show(s.newPassphrasePage(c)) }

func (s *Server) changePassphrase(c *web.Call) error {
	p := s.newPassphrasePage(c)
	chosen := c.PostForm("passphrase")
	s.checkChosen(c, chosen, c.PostForm("passphrase2"), &p.Base)
	if len(p.Errors) == 0 {
		err := c.Opened.Change(c.Ctx(), c.PostForm("passphrase_old"), chosen)
		if key := s.cfg.ErrorKey(err); key != "" {
			p.Errors.Add("passphrase_old", c.T(key))
		} else if err != nil {
			return err
		}
	}
	if len(p.Errors) > 0 {
		p.Old.Error = p.Error("passphrase_old")
		p.Choose.Error, p.Repeat.Error = p.Error("passphrase"), p.Error("passphrase2")
		return c.Again(p)
	}
	c.Flash("done", c.T("frame.passphrase.done"))
	return c.To("/settings")
}

// errBadHold answers a hold that the page does not offer.
var errBadHold = &casework.Error{Kind: casework.KindInvalid, Key: "frame.error.hold"}
