package catalogue

import "testing"

func TestNormalise(t *testing.T) {
	tests := map[string]string{
		"nest-hub_max":    "nest hub max",
		"  anna's  ipad ": "annas ipad",
		"[tv] samsung":    "tv samsung",
		"küche":           "küche",
		"--":              "",
	}
	for in, want := range tests {
		if got := normalise(in); got != want {
			t.Errorf("normalise(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestContainsWords(t *testing.T) {
	tests := []struct {
		words, phrase string
		want          bool
	}{
		{"nest hub max", "nest hub", true},
		{"my nest hub", "nest hub", true},
		{"honest hub", "nest hub", false},
		{"nest hubs", "nest hub", false},
		{"epic", "pi", false},
		{"epi pi", "pi", true},
		{"", "pi", false},
	}
	for _, tt := range tests {
		if got := containsWords(tt.words, tt.phrase); got != tt.want {
			t.Errorf("containsWords(%q, %q) = %v", tt.words, tt.phrase, got)
		}
	}
}

func TestServiceType(t *testing.T) {
	for in, want := range map[string]string{
		"_googlecast._tcp.local.":                     "_googlecast._tcp",
		"_universal._sub._ipp._tcp.local":             "_ipp._tcp",
		"_HAP._TCP":                                   "_hap._tcp",
		"_matter._tcp":                                "_matter._tcp",
		"_I0102030405060708._sub._matter._tcp.local.": "_matter._tcp",
	} {
		if got := serviceType(in); got != want {
			t.Errorf("serviceType(%q) = %q, want %q", in, got, want)
		}
	}
}
