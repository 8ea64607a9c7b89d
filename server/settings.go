package server

import (
	"net/url"
	"strconv"
	"time"

	"keyholder/casework"
	"keyholder/server/view"
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

func (s *Server) newSettingsPage(c *call, f settingsForm) *settingsPage {
	p := &settingsPage{Base: c.base("frame.settings.title")}
	p.Name = view.Input{
		Name: "product", Label: c.t("frame.settings.product"), Hint: c.t("frame.settings.product.hint"),
		Value: f.product, Width: "20",
	}
	p.Idle = view.Input{
		Name: "idle", Label: c.t("frame.settings.idle"), Hint: c.t("frame.settings.idle.hint"),
		Value: f.idle, Width: "3", InputMode: "numeric",
	}
	p.Emergency = view.Input{
		Name: "emergency", Label: c.t("frame.settings.emergency"),
		Hint: c.t("frame.settings.emergency.hint"), Value: f.emergency, Width: "10", InputMode: "tel",
	}
	p.Leave = view.Input{
		Name: "leave", Label: c.t("frame.settings.leave"), Hint: c.t("frame.settings.leave.hint"),
		Value: f.leave,
	}
	p.Relook = view.Input{
		Name: "relook", Label: c.t("frame.settings.relook"), Hint: c.t("frame.settings.relook.hint"),
		Value: f.relook, Width: "3", InputMode: "numeric",
	}
	p.Hidden = view.Checkboxes{
		Name: "hide", Label: c.t("frame.settings.hide"),
		Items: []view.Choice{{
			Value: "yes", Label: c.t("frame.settings.hide.yes"), Hint: c.t("frame.settings.hide.hint"),
			Chosen: f.hide == "yes",
		}},
	}
	p.Links = []view.Link{
		{Text: c.t("frame.settings.passphrase"), Href: c.at("/settings/passphrase")},
		{Text: c.t("frame.settings.recovery"), Href: c.at("/recovery")},
		{Text: c.t("frame.settings.licences"), Href: c.at("/settings/licences")},
	}
	for _, o := range s.cfg.Data.Own {
		says := c.t("frame.settings.own.used", "file", o.File, "title", o.Title)
		if o.Fault != "" {
			says = c.t("frame.settings.own.left", "file", o.File)
		}
		p.Own = append(p.Own, ownTopic{says, o.Fault})
	}
	return p
}

func (s *Server) showSettings(c *call) error {
	var f settingsForm
	for key, into := range map[string]*string{
		settingProduct: &f.product, settingIdle: &f.idle,
		settingEmergency: &f.emergency, settingLeave: &f.leave, settingHide: &f.hide, settingRelook: &f.relook,
	} {
		value, err := c.opened.Settings.Setting(c.ctx(), key)
		if err != nil {
			return err
		}
		*into = value
	}
	if f.product == "" {
		f.product = s.cfg.Product
	}
	if f.idle == "" {
		f.idle = strconv.Itoa(int(s.idleLock() / time.Minute))
	}
	return c.show(s.newSettingsPage(c, f))
}

func (s *Server) saveSettings(c *call) error {
	f := settingsForm{
		product: c.PostForm("product"), idle: c.PostForm("idle"),
		emergency: c.PostForm("emergency"), leave: c.PostForm("leave"), hide: c.PostForm("hide"),
		relook: c.PostForm("relook"),
	}
	p := s.newSettingsPage(c, f)
	s.checkSettings(c, f, p)
	if len(p.Errors) > 0 {
		return c.again(p)
	}
	for key, value := range map[string]string{
		settingProduct: f.product, settingIdle: f.idle,
		settingEmergency: f.emergency, settingLeave: f.leave, settingHide: f.hide, settingRelook: f.relook,
	} {
		if err := c.opened.Settings.SetSetting(c.ctx(), key, value, c.opened.Worker); err != nil {
			return err
		}
	}
	s.useSettings(c)
	c.flash("done", c.t("frame.settings.saved"))
	return c.to("/settings")
}

func (s *Server) checkSettings(c *call, f settingsForm, p *settingsPage) {
	if f.product == "" || len([]rune(f.product)) > 40 {
		p.Name.Error = c.t("frame.settings.product.wrong")
		p.Errors.Add("product", p.Name.Error)
	}
	if m, err := strconv.Atoi(f.idle); err != nil || !idleAllowed(m) {
		p.Idle.Error = c.t("frame.settings.idle.wrong")
		p.Errors.Add("idle", p.Idle.Error)
	}
	if !phoneLike(f.emergency) {
		p.Emergency.Error = c.t("frame.settings.emergency.wrong")
		p.Errors.Add("emergency", p.Emergency.Error)
	}
	if _, ok := relookDays(f.relook); !ok {
		p.Relook.Error = c.t("frame.settings.relook.wrong")
		p.Errors.Add("relook", p.Relook.Error)
	}
	if !leavable(f.leave) {
		p.Leave.Error = c.t("frame.settings.leave.wrong")
		p.Errors.Add("leave", p.Leave.Error)
	}
}

// leavable accepts an https address, and nothing at all.
func leavable(address string) bool {
	u, err := url.Parse(address)
	return address == "" || err == nil && u.Scheme == "https" && u.Host != ""
}

// relookDays reads after how many days the risk is looked at again: 1 to what the rule says, which is
// also what an empty setting means. It can be sooner than the rule, never later.
func relookDays(typed string) (days int, ok bool) {
	most := int(casework.RelookAfter / (24 * time.Hour))
	if typed == "" {
		return most, true
	}
	days, err := strconv.Atoi(typed)
	return days, err == nil && days >= 1 && days <= most
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
func (s *Server) useSettings(c *call) {
	read := func(key string) string {
		value, err := c.opened.Settings.Setting(c.ctx(), key)
		if err != nil {
			s.cfg.Log.Error("reading a setting", "kind", kinds(err))
		}
		return value
	}
	c.session.setChoices(choices{
		product: read(settingProduct), leaveURL: read(settingLeave), hide: read(settingHide) == "yes",
	})
	if m, err := strconv.Atoi(read(settingIdle)); err == nil && idleAllowed(m) {
		s.mu.Lock()
		s.cfg.IdleLock = time.Duration(m) * time.Minute
		s.mu.Unlock()
	}
}

func (s *Server) newPassphrasePage(c *call) *passphrasePage {
	return &passphrasePage{
		Base:   c.base("frame.passphrase.title"),
		Phrase: s.cfg.Vault.Phrase(),
		Old:    view.Password{Name: "passphrase_old", Label: c.t("frame.passphrase.old")},
		Choose: view.Password{
			Name: "passphrase", Label: c.t("frame.passphrase.new"), Hint: c.t("frame.first.hint"),
			New: true, Strength: true,
		},
		Repeat: view.Password{Name: "passphrase2", Label: c.t("frame.first.repeat"), New: true},
	}
}

func (s *Server) showPassphrase(c *call) error { return c.show(s.newPassphrasePage(c)) }

func (s *Server) changePassphrase(c *call) error {
	p := s.newPassphrasePage(c)
	chosen := c.PostForm("passphrase")
	s.checkChosen(c, chosen, c.PostForm("passphrase2"), &p.Base)
	if len(p.Errors) == 0 {
		err := c.opened.Change(c.ctx(), c.PostForm("passphrase_old"), chosen)
		if key := s.cfg.ErrorKey(err); key != "" {
			p.Errors.Add("passphrase_old", c.t(key))
		} else if err != nil {
			return err
		}
	}
	if len(p.Errors) > 0 {
		p.Old.Error = p.Error("passphrase_old")
		p.Choose.Error, p.Repeat.Error = p.Error("passphrase"), p.Error("passphrase2")
		return c.again(p)
	}
	c.flash("done", c.t("frame.passphrase.done"))
	return c.to("/settings")
}

// errBadHold answers a hold that the page does not offer.
var errBadHold = &casework.Error{Kind: casework.KindInvalid, Key: "frame.error.hold"}
