package casework

// Rehome is rehome, for tests of the package from outside.
func Rehome(values []Value, from, to *File) []Value { return rehome(values, from, to) }
