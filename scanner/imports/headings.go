package imports

import (
	"strings"
	"unicode"
)

// column says what a column of a table, or a label before a colon, is about.
type column int

const (
	ignored column = iota // nothing of it names a device
	colMAC
	colIP
	colHost
	colName
	colVendor
	colModel
	colKind
	colPorts
	colKnown // a heading of device lists, such as "status", that says nothing about what it is
)

// headings are the words of column headings in English, German, French, Spanish and Italian, in lower
// case without accents and marks, one after the other separated by "|".
func headings() []struct {
	column column
	words  string
} {
	return []struct {
		column column
		words  string
	}{
		{colVendor, "vendor|mac vendor|manufacturer|make|brand|maker|nic vendor|adapter manufacturer|hersteller|herstellername|fabricant|constructeur|marque|fabricante|marca|proveedor|produttore|costruttore|fornitore|company|organization|organisation"},
		{colMAC, "mac|mac address|mac addr|macaddress|mac adresse|macadresse|adresse mac|direccion mac|indirizzo mac|hardware address|hw address|hwaddress|hwaddr|hw addr|link layer address|linklayeraddress|hardwareadresse|physical address|physische adresse|physikalische adresse|adresse physique|adresse materielle|direccion fisica|indirizzo fisico|ethernet address|client mac|mac id|device id mac|gerate mac"},
		{colIP, "ip|ips|ip address|ip addr|ipaddress|ip adresse|ipadresse|adresse ip|direccion ip|indirizzo ip|ipv4|ipv4 address|ipv4 adresse|adresse ipv4|direccion ipv4|indirizzo ipv4|ipv6|ipv6 address|ipv6 adresse|adresse ipv6|direccion ipv6|indirizzo ipv6|address|adresse|direccion|indirizzo|client ip|local ip|lan ip|ip v4|ip v6|link local address"},
		{colHost, "hostname|host name|host|client hostname|dhcp name|dhcp hostname|dns name|dns|computer name|computername|netbios name|netzwerkname|rechnername|nom d hote|nom hote|nom dhcp|nombre de host|nombre del host|nombre de equipo|nome host|nome dell host|nome computer|fqdn|bonjour name|client id name"},
		{colName, "name|device name|devicename|device|devices|client|client name|client list|custom name|user given name|friendly name|alias|nickname|label|gerat|gerate|geratename|gerate name|teilnehmer|bezeichnung|anzeigename|appareil|nom|nom de l appareil|nom appareil|nom du peripherique|peripherique|equipement|nom personnalise|dispositivo|nombre|nombre del dispositivo|nombre de dispositivo|equipo|nombre personalizado|nome|nome dispositivo|nome del dispositivo|apparecchio|nome personalizzato|display name|station|station name|attached device|connected device"},
		{colModel, "model|device model|model name|modell|modellname|geratemodell|modele|modelo|modello|product|product name|os model"},
		{colKind, "type|device type|devicetype|category|device category|typ|geratetyp|gerateart|kategorie|type d appareil|type de peripherique|categorie|tipo|tipo de dispositivo|tipo dispositivo|tipo di dispositivo|categoria"},
		{colPorts, "ports|open ports|tcp ports|offene ports|ports ouverts|puertos|puertos abiertos|porte|porte aperte"},
		{colKnown, "status|state|online|active|connection|connection type|interface|band|ssid|signal|signal strength|rssi|speed|link speed|lease|lease time|lease expires|expires|expiration|first seen|last seen|last changed|location|notes|comment|comments|important|notifications|os|os name|operating system|verbindung|verbindungsart|anschluss|geschwindigkeit|eigenschaften|zuletzt gesehen|gultig bis|etat|connexion|type de connexion|interfaz|estado|conexion|tipo de conexion|stato|connessione|tipo di connessione|scadenza|bail|caducidad|dhcp|ip assignment|assignment|nr|no|id|index|ping|ttl|response time|port|rx|tx|upload|download|network|net|vlan|gateway"},
	}
}

// fingOnly are headings that only the Fing app writes beside those of every list.
const fingOnly = "custom name|user given name|first seen|last changed|make|important|notes"

// headingIndex maps heading words to columns.
func headingIndex() map[string]column {
	index := map[string]column{}
	for _, h := range headings() {
		for word := range strings.SplitSeq(h.words, "|") {
			if _, taken := index[word]; !taken {
				index[word] = h.column
			}
		}
	}
	return index
}

// headingOf finds the column of a heading; false for words that no list of devices uses.
func headingOf(index map[string]column, heading string) (column, bool) {
	words := plainWords(heading)
	if c, ok := index[words]; ok {
		return c, true
	}
	for w := range strings.FieldsSeq(words) {
		if w == "mac" && len(words) < 40 {
			return colMAC, true
		}
	}
	return ignored, false
}

// plainWords brings a heading to lower case without accents and marks, one space between words.
func plainWords(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(s) {
		if p, ok := accents(r); ok {
			r = p
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(r)
	}
	return b.String()
}

// accents returns the letter without its accent, for the letters of the five languages.
func accents(r rune) (rune, bool) {
	const with, without = "äöüàâáéèêëîïíìôóòùûúçñ", "aouaaaeeeeiiiiooouuucn"
	for i, a := range []rune(with) {
		if a == r {
			return []rune(without)[i], true
		}
	}
	return r, false
}
