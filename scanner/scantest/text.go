package scantest

// EveryText calls each for every text of a value that was read from JSON, names of fields included.
func EveryText(v any, each func(string)) {
	switch v := v.(type) {
	case string:
		each(v)
	case []any:
		for _, x := range v {
			EveryText(x, each)
		}
	case map[string]any:
		for k, x := range v {
			each(k)
			EveryText(x, each)
		}
	}
}
