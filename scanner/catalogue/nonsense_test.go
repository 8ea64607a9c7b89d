package catalogue

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"keyholder/scanner"
)

// Names as people, programs and chance make them. The words are of everyday language; some of them are
// names of products too, and no name alone may count for more than a hint.
const (
	persons = "sarah anna marie julie lisa emma tom peter jan ines lea noah mia olga ravi amir fatma yusuf chloe jack lily iris rose dawn faith joy june rex miles robin"
	things  = "river stone paper table copper marble surface phantom citation motion circle tower station brother linkstation nest ring hive echo pixel quest honor dojo sense wink tile hatch abode canary cove arc spark ember wave cloud storm shield legend pulse flow zen vita luna nova orion titan atlas delta sigma omega vector matrix alpha bravo zulu kilo tango fiber deco camera lamp window door kettle oven meter"
	letters = "abcdefghijklmnopqrstuvwxyz"
	digits  = "0123456789"
)

// babble makes nonsense.
type babble struct {
	*rand.Rand
	makers []string // registered prefixes
}

func (b babble) pick(from string) string {
	list := strings.Fields(from)
	return list[b.IntN(len(list))]
}

// of returns least to most characters of an alphabet.
func (b babble) of(alphabet string, least, most int) string {
	s := make([]byte, least+b.IntN(most-least+1))
	for i := range s {
		s[i] = alphabet[b.IntN(len(alphabet))]
	}
	return string(s)
}

// speakable returns syllables, such as "bekodu".
func (b babble) speakable() string {
	s := ""
	for range 1 + b.IntN(4) {
		s += b.of("bcdfghjklmnprstvwz", 1, 1) + b.of("aeiou", 1, 1)
	}
	return s
}

func (b babble) word() string {
	switch b.IntN(8) {
	case 0:
		return b.of(letters+digits, 3, 15)
	case 1:
		return b.of(letters, 3, 15)
	case 2:
		return b.pick(things)
	case 3:
		return b.speakable()
	case 4: // ep792, ds976
		return b.of(letters, 1, 4) + b.of(digits, 1, 4)
	case 5:
		return b.of(letters, 1, 3) + b.of(digits, 2, 5) + b.of(letters, 1, 2)
	case 6:
		return b.pick(persons) + "s-" + b.pick(things)
	}
	return b.of(digits+"abcdef", 4, 12)
}

// name returns words as hosts, titles and greetings have them.
func (b babble) name() string {
	s := b.word()
	for b.IntN(3) == 0 {
		s += b.of("-_ ", 1, 1) + b.word()
	}
	switch b.IntN(4) {
	case 0:
		return strings.ToUpper(s)
	case 1:
		return strings.ToUpper(s[:1]) + s[1:]
	}
	return s
}

// fields are the free texts of each kind of sighting.
var fields = map[scanner.FactKind]string{
	scanner.FactDHCP: "hostname", scanner.FactHTTP: "title server realm", scanner.FactTLS: "cn issuer",
	scanner.FactWSD: "types scopes", scanner.FactSNMP: "sysdescr", scanner.FactRTSP: "server realm",
	scanner.FactListed: "vendor model name", scanner.FactVendor: "name model",
	scanner.FactSSDP: "server manufacturer modelname friendlyname modeldescription",
}

// sightings returns everything that a device of nonsense could say of itself.
func (b babble) sightings() []scanner.Fact {
	mac := b.of(digits+"abcdef", 12, 12)
	if b.IntN(2) == 0 {
		mac = b.makers[b.IntN(len(b.makers))] + mac[6:]
	}
	facts := []scanner.Fact{{Kind: scanner.FactNeighbour, Fields: map[string]string{"mac": mac}}}
	for _, kind := range slices.Sorted(maps.Keys(fields)) { // in the same order each time, so that a seed gives the same
		names := fields[kind]
		if kind != scanner.FactDHCP && b.IntN(3) > 0 {
			continue
		}
		f := scanner.Fact{Kind: kind, Fields: map[string]string{}}
		for name := range strings.FieldsSeq(names) {
			f.Fields[name] = b.name()
		}
		facts = append(facts, f)
	}
	facts = append(facts, scanner.Fact{Kind: scanner.FactPort, Fields: map[string]string{
		"port": fmt.Sprint(10000 + b.IntN(20000)), "proto": "tcp", "banner": b.name(),
	}})
	return append(facts, scanner.Fact{Kind: scanner.FactMDNS, Fields: map[string]string{
		"type": "_" + b.of(letters, 8, 15) + "._tcp", "name": b.name(),
		"txt." + b.pick("md model fn id vendor ty am mdl product"): b.name(), "txt." + b.of(letters, 2, 3): b.word(),
	}})
}

// byMaker reports whether the maker of the address supports what a name says: that is not nonsense.
func byMaker(id Identity) bool {
	for _, e := range id.Evidence {
		named := e.Rule != "vendor" || id.Brand != "" && strings.Contains(e.Fact, id.Brand)
		if named && strings.Contains(e.Fact, "vendor ") {
			return true
		}
	}
	return false
}

// A stranger's nonsense never gives a class above possible: not by chance, and not because a word of
// everyday language is also the name of a product. KEYHOLDER_LONG tries two million.
func TestCatalogue_Identify_nonsense(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	c := load(t)
	makers := make([]string, 3000)
	for i := range makers {
		makers[i] = someMaker(c, rand.New(rand.NewPCG(4, uint64(i))))[:6]
	}
	devices := 200_000
	if os.Getenv("KEYHOLDER_LONG") != "" {
		devices = 2_000_000
	}
	const parts = 8
	for part := range uint64(parts) {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			t.Parallel()
			b := babble{rand.New(rand.NewPCG(2, part)), makers}
			for range devices / parts {
				facts := b.sightings()
				id := c.Identify(facts)
				if id.Class != "" && id.Confidence.atLeast(Likely) && !byMaker(id) {
					t.Errorf("%s/%s %s: %v", id.Group, id.Class, id.Confidence, id.Evidence)
				}
				if len(id.Evidence) == 0 && id.Confidence != Unknown {
					t.Fatalf("%v: %s without evidence", facts, id.Confidence)
				}
			}
		})
	}
}

// What is in a name counts more when the maker of the address or the way of answering supports it.
func TestCatalogue_Identify_supported(t *testing.T) {
	c := load(t)
	maker := scanner.Fact{Kind: scanner.FactNeighbour, Fields: map[string]string{"mac": "00:71:47:e7:ee:e7"}} // Amazon
	alone, both := c.Identify([]scanner.Fact{dhcp("echo")}), c.Identify([]scanner.Fact{dhcp("echo"), maker})
	if alone.Class != "smart_speaker" || alone.Confidence != Possible {
		t.Errorf("the name echo alone: %s %s, want a possible speaker", alone.Class, alone.Confidence)
	}
	if both.Class != "smart_speaker" || !both.Confidence.atLeast(Likely) {
		t.Errorf("echo by Amazon: %s %s, want a likely speaker", both.Class, both.Confidence)
	}
	twice := c.Identify([]scanner.Fact{dhcp("wiz"), {Kind: scanner.FactHTTP, Fields: map[string]string{"title": "wiz"}}})
	if twice.Confidence.atLeast(Likely) {
		t.Errorf("the same short name twice: %s %s, want no more than possible", twice.Class, twice.Confidence)
	}
	private := scanner.Fact{Kind: scanner.FactNeighbour, Fields: map[string]string{"mac": "de:71:47:e7:ee:e7"}}
	if id := c.Identify([]scanner.Fact{private, {Kind: scanner.FactNetBIOS, Fields: map[string]string{"name": "x17"}}}); id.Confidence.atLeast(Likely) {
		t.Errorf("a made-up address and a name: %s %s, want no more than possible", id.Class, id.Confidence)
	}
}
