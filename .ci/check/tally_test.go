package main

import (
	"strings"
	"testing"
)

// run feeds lines of `go test -json` to a stream.
func feed(t *tally, lines ...string) *stream {
	s := newStream(t)
	for _, l := range lines {
		s.line(l)
	}
	return s
}

func TestTally_report(t *testing.T) {
	tests := []struct {
		name   string
		lines  []string
		want   string
		status int
	}{
		{
			name:   "nothing ran",
			want:   "0 passed, 0 failed, 0 skipped\n",
			status: 1,
		},
		{
			name: "subtests count, their parent does not",
			lines: []string{
				`{"Action":"pass","Package":"keyholder/a","Test":"TestA/x"}`,
				`{"Action":"pass","Package":"keyholder/a","Test":"TestA/y/z"}`,
				`{"Action":"pass","Package":"keyholder/a","Test":"TestA/y"}`,
				`{"Action":"pass","Package":"keyholder/a","Test":"TestA"}`,
				`{"Action":"pass","Package":"keyholder/a"}`,
			},
			want: "2 passed, 0 failed, 0 skipped\n",
		},
		{
			name: "a skip gives its reason",
			lines: []string{
				`{"Action":"output","Package":"keyholder/a","Test":"TestA","Output":"=== RUN   TestA\n"}`,
				`{"Action":"output","Package":"keyholder/a","Test":"TestA","Output":"    a_test.go:7: not root\n"}`,
				`{"Action":"skip","Package":"keyholder/a","Test":"TestA"}`,
				`{"Action":"pass","Package":"keyholder/a","Test":"TestB"}`,
			},
			want: "skipped: a TestA: not root\n1 passed, 0 failed, 1 skipped\n",
		},
		{
			name: "skipped in one stage and run in another is passed",
			lines: []string{
				`{"Action":"skip","Package":"keyholder/a","Test":"TestA"}`,
				`{"Action":"pass","Package":"keyholder/a","Test":"TestA"}`,
				`{"Action":"skip","Package":"keyholder/a","Test":"TestA"}`,
			},
			want: "1 passed, 0 failed, 0 skipped\n",
		},
		{
			name: "a package that fails without a failing test is one failure",
			lines: []string{
				`{"Action":"pass","Package":"keyholder/a","Test":"TestA"}`,
				`{"Action":"output","Package":"keyholder/a","Output":"panic: boom\n"}`,
				`{"Action":"fail","Package":"keyholder/a"}`,
			},
			want:   "1 passed, 1 failed, 0 skipped\n",
			status: 1,
		},
		{
			name: "a failing test is counted once, not again with its package",
			lines: []string{
				`{"Action":"fail","Package":"keyholder/a","Test":"TestA"}`,
				`{"Action":"fail","Package":"keyholder/a"}`,
			},
			want:   "0 passed, 1 failed, 0 skipped\n",
			status: 1,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tally := newTally()
			feed(tally, tt.lines...)
			var out strings.Builder
			if got := tally.report(&out); got != tt.status {
				t.Errorf("status = %d, want %d", got, tt.status)
			}
			if out.String() != tt.want {
				t.Errorf("report = %q, want %q", out.String(), tt.want)
			}
		})
	}
}

func TestStream_keepsWhatFailed(t *testing.T) {
	s := feed(newTally(),
		`{"Action":"output","Package":"keyholder/a","Test":"TestA","Output":"=== RUN   TestA\n"}`,
		`{"Action":"output","Package":"keyholder/a","Test":"TestA","Output":"    a_test.go:7: got 1\n"}`,
		`{"Action":"fail","Package":"keyholder/a","Test":"TestA"}`,
		`{"Action":"build-output","ImportPath":"keyholder/b","Output":"b.go:1: syntax\n"}`,
		`{"Action":"build-fail","ImportPath":"keyholder/b"}`,
	)
	want := "a TestA\n    a_test.go:7: got 1\nb.go:1: syntax\n"
	if got := s.broken.String(); got != want {
		t.Errorf("broken = %q, want %q", got, want)
	}
}
