package main

import (
	"keyholder/casework/vault"
	"keyholder/server/i18n"
	"keyholder/templates"
)

// errorText says in words what an error of the vault means and what to do; any other error speaks
// for itself.
func errorText(err error) string {
	key := vault.Key(err)
	if key == "" {
		return err.Error()
	}
	catalogue, loadErr := i18n.Load(templates.FS, "locales")
	if loadErr != nil {
		return err.Error()
	}
	texts, loadErr := catalogue.Localiser(i18n.Source)
	if loadErr != nil || !texts.Has(key) {
		return err.Error()
	}
	return texts.T(key)
}
