package scanner

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestSafeText(t *testing.T) {
	long := strings.Repeat("é", 500)
	for name, c := range map[string]struct{ in, want string }{
		"plain":              {"Kitchen speaker", "Kitchen speaker"},
		"other scripts":      {"客厅 スピーカー", "客厅 スピーカー"},
		"right to left mark": {"TV \u202egnp.exe", "TV gnp.exe"},
		"zero width":         {"Pri\u200bnter", "Printer"},
		"byte order mark":    {"\ufeffHub", "Hub"},
		"line and paragraph": {"one\u2028two\u2029three", "one two three"},
		"controls":           {"a\x00b\x1b[31mc\x7f", "ab[31mc"},
		"new lines are gaps": {"  first\r\n\tsecond ", "first second"},
		"broken UTF-8":       {"ab\xff\xfecd", "abcd"},
		"HTML stays text":    {"<script>alert(1)</script>", "<script>alert(1)</script>"},
		"nothing left":       {"\u200b\u202e\x00", ""},
		"too long":           {long, strings.Repeat("é", LongestText)},
		"private use":        {"a\ue000b", "ab"},
	} {
		if got := SafeText(c.in); got != c.want {
			t.Errorf("%s: SafeText(%q) = %q, want %q", name, c.in, got, c.want)
		}
	}
}

func FuzzSafeText(f *testing.F) {
	for _, s := range []string{"", "a b", "\u202eabc", "\xff\xfe", strings.Repeat("x ", 200), "a\u2028b", "é\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := SafeText(s)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > LongestText {
			t.Fatalf("%q is not valid or too long", got)
		}
		for _, r := range got {
			if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
				t.Fatalf("%q holds %U", got, r)
			}
		}
		if again := SafeText(got); again != got {
			t.Fatalf("made safe twice: %q, then %q", got, again)
		}
	})
}

func TestBounded(t *testing.T) {
	for in, want := range map[string]string{"abc": "abc", "abcdef": "abcd", "abcéx": "abc"} {
		if got := Bounded(in, 4); got != want {
			t.Errorf("Bounded(%q, 4) = %q, want %q", in, got, want)
		}
	}
}
