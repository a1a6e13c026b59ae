package search

// Curve is how BM25 bends: K1 bounds what repeating a term brings, B how much
// long texts lose, C how much a document loses for what it lacks of the query.
type Curve struct {
	K1 float64 `json:"k1"`
	B  float64 `json:"b"`
	C  float64 `json:"c"`
}

// Params are the one configuration of ranking. The router sees the query
// alone, never where it comes from.
type Params struct {
	Short  Curve `json:"short"`  // up to 3 characters or words
	Middle Curve `json:"middle"` // 4 to 6
	Long   Curve `json:"long"`

	MiddlePairs float64 `json:"middle_pairs"` // weight of bigrams beside characters, middle
	LongChars   float64 `json:"long_chars"`   // weight of characters beside bigrams, long
	Name        float64 `json:"name"`         // weight of the name besides all text, short and middle
	Alias       float64 `json:"alias"`
	Sound       float64 `json:"sound"`       // weight of syllables
	SoundCover  float64 `json:"sound_cover"` // share of a character's worth that its sound covers
	Common      float64 `json:"common"`      // share of documents above which a term does not drive
	Rerank      int     `json:"rerank"`      // how many of the best are looked at again by name
	Likeness    float64 `json:"likeness"`    // weight of that look, as a share of the best score

	TextLikeness float64 `json:"text_likeness"` // what covering the query anywhere is worth in that look

	Named float64 `json:"named"` // lift of what a question calls by its whole name, as a share of the best score

	// Asking is the share of documents in which words that only ask (什么, 哪里)
	// count as being: texts that answer rarely have them, which would make them
	// precious.
	Asking float64 `json:"asking"`
}

// DefaultParams are those that search.md's development sets chose.
func DefaultParams() Params {
	return Params{
		Short: Curve{1.2, 0.75, 2}, Middle: Curve{1.2, 0.4, 2}, Long: Curve{1.2, 0.4, 1},
		MiddlePairs: 0.5, LongChars: 1, Name: 0.3, Alias: 0.3, Sound: 0.3, SoundCover: 0.5, Common: 0.1,
		Rerank: 200, Likeness: 1, TextLikeness: 0.7, Named: 1.2, Asking: 0.2,
	}
}
