package imports

import (
	"net/netip"
	"strings"
	"unicode"
)

// addr is short for the address type in method expressions.
type addr = netip.Addr

// connectionWords say how or whether something is connected, in the five languages; alone they are
// never a name, a maker or a type.
const connectionWords = `|up|down|online|offline|active|inactive|connected|disconnected|wired|wireless|wifi|wi fi|wlan|lan|ethernet|eth|dhcp|static|dynamic|reserved|2 4 ghz|5 ghz|6 ghz|2 4g|5g|ghz|2 4ghz|5ghz|excellent|good|fair|poor|yes|no|true|false|permanent|infinite|` +
	`aktiv|inaktiv|verbunden|getrennt|nicht verbunden|kabel|statisch|dynamisch|ja|nein|` +
	`actif|inactif|connecte|deconnecte|en ligne|hors ligne|filaire|sans fil|statique|dynamique|oui|non|` +
	`activo|inactivo|conectado|desconectado|en linea|sin conexion|inalambrico|cable|estatico|dinamico|si|` +
	`attivo|inattivo|connesso|disconnesso|in linea|non in linea|cablato|senza fili|statico|internet|guest|gast|invite|invitado|ospite|heimnetz|block|edit|details|more|pause|remove|bearbeiten|entfernen|mehr|modifier|supprimer|editar|eliminar|modifica|elimina|`

// connection reports such words.
func connection(s string) bool {
	words := plainWords(s)
	return strings.Contains(connectionWords, "|"+words+"|") || words == ""
}

// units may stand beside the digits of a moment or an amount, in the five languages.
const units = `|t|z|ms|s|sec|second|seconds|m|min|minute|minutes|h|hour|hours|d|day|days|stunde|stunden|tag|tage|heure|heures|` +
	`jour|jours|hora|horas|dia|dias|ora|ore|giorno|giorni|dbm|mbit|kbit|gbit|mbps|kbps|gbps|mb|gb|kb|ghz|am|pm|ago|utc|`

// moment reports dates, times, durations, rates and plain numbers: digits with a few marks and units.
func moment(s string) bool {
	digits := false
	var unit strings.Builder
	for _, r := range strings.ToLower(s) + " " {
		if unicode.IsLetter(r) {
			unit.WriteRune(r)
			continue
		}
		if unit.Len() > 0 && !strings.Contains(units, "|"+unit.String()+"|") {
			return false
		}
		unit.Reset()
		if !unicode.IsDigit(r) && !strings.ContainsRune(" \t:./,+-%", r) {
			return false
		}
		digits = digits || unicode.IsDigit(r)
	}
	return digits
}
