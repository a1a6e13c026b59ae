package snapshot

// An old snapshot has later slots, which cost comparisons of ids, and dead
// ones, which cost memory. Below these numbers neither is worth a thought.
const (
	spareNodes = 4 << 10
	spareEdges = 16 << 10
)

// Compacted returns s or, when there is as much later or dead in it as there
// is in order, the same graph with slots in the order of ids. Since the graph
// must double or halve in between, a change pays for a few slots at most, on
// average; the one that is met pays for all, about two seconds at a million
// nodes and five million edges, while readers go on.
func (s *Snapshot) Compacted() (*Snapshot, error) {
	laterNodes, laterEdges := s.nodeSlots-s.nodeBase, s.edgeSlots-s.edgeBase
	deadNodes, deadEdges := int(s.nodeSlots)-s.liveNodes, int(s.edgeSlots)-s.liveEdges
	if laterNodes < s.nodeBase+spareNodes && laterEdges < s.edgeBase+spareEdges &&
		deadNodes < s.liveNodes+spareNodes && deadEdges < s.liveEdges+spareEdges {
		return s, nil
	}
	b := newBuilder(s.seq, s.epoch, s.shared)
	batch := make([]headed, 0, addBatch)
	flush := func() error {
		defer func() { batch = batch[:0] }()
		return b.add(batch)
	}
	for r := range s.All() {
		h, err := withHead(r)
		if err != nil {
			return nil, err
		}
		if batch = append(batch, h); len(batch) == addBatch {
			if err := flush(); err != nil {
				return nil, err
			}
		}
	}
	if err := flush(); err != nil {
		return nil, err
	}
	c, _ := b.finish() // an edge of s has its ends
	return c, nil
}
