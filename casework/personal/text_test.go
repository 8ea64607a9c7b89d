package personal

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNew(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"plain":          {"Sam's old phone\n\tsecond line\r\n", "Sam's old phone\n\tsecond line\r\n"},
		"other scripts":  {"می\u200cخواهم 👩\u200d👧 \u200fעברית", "می\u200cخواهم 👩\u200d👧 \u200fעברית"},
		"turned around":  {"TV \u202egnp.exe\u202c \u2066x\u2069", "TV gnp.exe x"},
		"controls":       {"a\x00b\x1b[31mc\x7f\u0085d\ufeff", "ab[31mcd"},
		"nothing to see": {"\u200b\u2060\u00ad", ""},
		"line ends":      {"one\u2028two\u2029three", "one\ntwo\nthree"},
		"broken":         {"a\xff\xfeb", "a\ufffdb"},
		"markup is text": {"<script>alert(1)</script> =1+1", "<script>alert(1)</script> =1+1"},
	} {
		if got := New(c.in).Reveal(); got != c.want {
			t.Errorf("%s: %q becomes %q, want %q", name, c.in, got, c.want)
		}
	}
}

// What was wrapped stays what it is when it is wrapped again, as a form that is sent twice.
func FuzzNew(f *testing.F) {
	for _, s := range []string{"", "a\u202eb", "\xff", "x\x00\n", strings.Repeat("\u2028", 9)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := New(s).Reveal()
		if !utf8.ValidString(got) || strings.ContainsFunc(got, hidden) || New(got).Reveal() != got {
			t.Fatalf("%q becomes %q", s, got)
		}
	})
}

func TestText_redacts(t *testing.T) {
	secret := New("Mara")
	for _, form := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		if got := fmt.Sprintf(form, secret); got != Redacted {
			t.Errorf("%s shows %q", form, got)
		}
	}
}
