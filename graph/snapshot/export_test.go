package snapshot

// DropRecords leaves of a snapshot what is not records, for measuring. It can
// answer nothing afterwards.
func (s *Snapshot) DropRecords() {
	for i := uint32(0); i < s.nodeSlots; i += pageSize {
		s.nodes.get(i >> pageBits).blob = ""
	}
	for i := uint32(0); i < s.edgeSlots; i += pageSize {
		s.edges.get(i >> pageBits).blob = ""
	}
}
