// Command yardstick prints how the source measures against the sizes of the house style, and
// which questions are the hardest to read. It informs; only three things make it fail: an exported identifier without documentation, and a
// function past the limits of complexity that gives no reason for it in a comment of the form
//
//	//yardstick:table a row for every route
package main

import (
	"fmt"
	"os"
)

func main() {
	os.Exit(run())
}

// run returns the exit status: 0 nothing is past a limit, 1 something is, 2 the source is unread.
func run() int {
	src, err := readSource(".")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	if err := src.measureComplexity("."); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	printTable(os.Stdout, src.rows())
	if err := printReading(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	faults := src.faults()
	for _, f := range faults {
		fmt.Println(f)
	}
	if len(faults) > 0 {
		return 1
	}
	return 0
}
