// Package chainmap draws the quality map of an industry chain 质量图谱: where
// everything stands, in integers, and the same as SVG.
//
// It knows no graph and no store: answer gives it a Model, Layout places it,
// WriteSVG draws it. The geometry is deterministic, so a map does not jump
// between sequence numbers and a picture is the same bytes each time. The page
// draws the same Map; so do reports, which need no browser.
//
// Never all edges: between segments the strongest links are ribbons, single
// edges appear only around the segment that is open. Text keeps its size at
// every zoom; what does not fit is cut by display width and named in full in
// the element's title.
package chainmap

// Model is what is to be drawn.
type Model struct {
	Title    string
	Segments []Segment
	Links    []Link
}

// Segment is one 环节 with what its card shows.
type Segment struct {
	ID       string
	Name     string
	Position string // upstream, midstream, downstream; "" is not classified
	Order    int
	Rank     int // 1 is the worst bottleneck; 0: not ranked
	Products []Product
	Problems []Problem
}

// Product is one chip.
type Product struct {
	ID, Name string
	Problems []string // ids of the segment's problems that occur at it
}

// Problem is one mark.
type Problem struct {
	ID, Name string
	Severity int    // 1–5; 0 unknown
	Coverage string // covered, partly, uncovered
	Unsure   bool   // the coverage turns on a missing fact
}

// Link is one supply between segments.
type Link struct {
	From, To string
	Weight   int
	Inferred bool
}

// Map is a laid-out map: everything in pixels from the top left corner.
type Map struct {
	Title   string   `json:"title"`
	Level   int      `json:"level"`
	Width   int      `json:"width"`
	Height  int      `json:"height"`
	Lanes   []Lane   `json:"lanes"`
	Cards   []Card   `json:"cards"`
	Chips   []Chip   `json:"chips"`
	Ribbons []Ribbon `json:"ribbons"`
	Hidden  int      `json:"hidden"` // ribbons not drawn: only the strongest are
}

// Box is a rectangle.
type Box struct {
	X int `json:"x"`
	Y int `json:"y"`
	W int `json:"w"`
	H int `json:"h"`
}

// Lane is one column: upstream, midstream, downstream, unclassified.
type Lane struct {
	Box
	Position string `json:"position"`
	More     int    `json:"more"` // segments that found no room: +N 其余环节
	MoreAt   *Box   `json:"more_at,omitempty"`
}

// Card is one segment.
type Card struct {
	Box
	ID         string `json:"id"`
	Name       string `json:"name"`
	Position   string `json:"position"`
	Products   int    `json:"products"`
	Problems   int    `json:"problems"`
	Severity   [5]int `json:"severity"` // problems of severity 5, 4, 3, 2, 1
	Covered    int    `json:"covered"`
	Partly     int    `json:"partly"`
	Uncovered  int    `json:"uncovered"`
	Unsure     int    `json:"unsure"`
	Bottleneck int    `json:"bottleneck"` // place in the ranking, 0: none of the first
	Open       bool   `json:"open"`
}

// Chip is a product or, at level 2, a problem of the open segment.
type Chip struct {
	Box
	ID    string    `json:"id"`
	Kind  string    `json:"kind"` // product or problem
	Name  string    `json:"name"`
	Marks []Problem `json:"marks"`
}

// Ribbon is a link between two cards: a path of absolute coordinates.
type Ribbon struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Weight   int    `json:"weight"`
	Width    int    `json:"width"`
	Points   [8]int `json:"points"` // x0 y0, two control points, x1 y1
	Inferred bool   `json:"inferred"`
	Back     bool   `json:"back"` // against the reading direction
}
