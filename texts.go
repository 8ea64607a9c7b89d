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
	texts, loadErr := ownTexts()
	if loadErr != nil || !texts.Has(key) {
		return err.Error()
	}
	return texts.T(key)
}

// ownTexts are the texts that the pages show too.
func ownTexts() (*i18n.Localiser, error) {
	catalogue, err := i18n.Load(templates.FS, "locales")
	if err != nil {
		return nil, err
	}
	return catalogue.Localiser(i18n.Source)
}
