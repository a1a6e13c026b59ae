// A chain as it is read: lanes by position, segments in their order, the
// problems of each. Outline and table (and the map) are readings of this one
// state, so they cannot tell different things.

import type { Gap, Ref, Subgraph, SubgraphNode } from '../api';

export interface ProblemRow {
  problem: SubgraphNode;
  gap: Gap | undefined; // undefined: covered, solved or rejected
  settled: string; // solved or rejected: no gap is looked for; else ''
}

export interface SegmentRow {
  segment: SubgraphNode;
  parts: Ref[]; // segments that this one is the broader of
  products: Ref[];
  processes: Ref[];
  problems: ProblemRow[];
}

export interface Lane {
  position: string; // upstream, midstream, downstream; '' where none is recorded
  segments: SegmentRow[];
}

const positions = ['upstream', 'midstream', 'downstream', ''];

/** The problem statuses at which coverage is no question any more. */
const settled = new Set(['solved', 'rejected']);

export function lanesOf(graph: Subgraph, gaps: readonly Gap[]): Lane[] {
  const nodes = new Map(graph.nodes.map((n) => [n.id, n]));
  const gapOf = new Map(gaps.map((g) => [g.problem.id, g]));
  const rows = new Map<string, SegmentRow>();
  for (const n of graph.nodes) {
    if (n.kind === 'Segment') rows.set(n.id, { segment: n, parts: [], products: [], processes: [], problems: [] });
  }
  const segmentOf = new Map<string, string>(); // of a process
  for (const e of graph.edges) {
    const [from, to] = [nodes.get(e.from), nodes.get(e.to)];
    if (!from || !to) continue;
    if (e.edge_kind === 'HAS_PROCESS') {
      rows.get(e.from)?.processes.push(to);
      segmentOf.set(e.to, e.from);
    } else if (e.edge_kind === 'MADE_IN') {
      rows.get(e.to)?.products.push(from);
    } else if (e.edge_kind === 'BROADER' && to.kind === 'Segment') {
      rows.get(e.to)?.parts.push(from);
    }
  }
  for (const e of graph.edges) {
    const problem = nodes.get(e.from);
    const row = rows.get(segmentOf.get(e.to) ?? e.to);
    if (e.edge_kind !== 'OCCURS_AT' || !problem || !row) continue;
    if (row.problems.some((p) => p.problem.id === problem.id)) continue;
    const status = problem.problem_status ?? '';
    row.problems.push({ problem, gap: gapOf.get(problem.id), settled: settled.has(status) ? status : '' });
  }
  for (const row of rows.values()) row.problems.sort(bySeverity);
  const ordered = [...rows.values()].sort((a, b) => byID(a.segment, b.segment));
  return positions
    .map((position) => ({ position, segments: ordered.filter((r) => (r.segment.position ?? '') === position) }))
    .filter((lane) => lane.segments.length > 0);
}

function byID(a: Ref, b: Ref): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function bySeverity(a: ProblemRow, b: ProblemRow): number {
  return (b.problem.severity ?? 0) - (a.problem.severity ?? 0) || byID(a.problem, b.problem);
}

export interface Filter {
  min: number; // severity at least; 0: any
  category: string;
  gapClass: string; // a class, or covered
  text: string;
}

/** The lanes with only the problems that pass; a segment without any stays
 * unless something is filtered. */
export function narrow(lanes: readonly Lane[], f: Filter): Lane[] {
  const text = f.text.normalize('NFKC').toLowerCase();
  const on = f.min > 0 || f.category !== '' || f.gapClass !== '' || text !== '';
  if (!on) return [...lanes];
  const passes = (row: SegmentRow, p: ProblemRow) =>
    (p.problem.severity ?? 0) >= f.min &&
    (f.category === '' || p.problem.category === f.category) &&
    (f.gapClass === '' || (f.gapClass === 'covered' ? !p.gap && !p.settled : p.gap?.class === f.gapClass)) &&
    (text === '' || [p.problem.name, row.segment.name].some((s) => s.normalize('NFKC').toLowerCase().includes(text)));
  return lanes
    .map((lane) => ({
      ...lane,
      segments: lane.segments
        .map((row) => ({ ...row, problems: row.problems.filter((p) => passes(row, p)) }))
        .filter((row) => row.problems.length > 0),
    }))
    .filter((lane) => lane.segments.length > 0);
}

/** Distinct problems in lanes. */
export function problemsIn(lanes: readonly Lane[]): ProblemRow[] {
  const seen = new Map<string, ProblemRow>();
  for (const lane of lanes) for (const row of lane.segments) for (const p of row.problems) seen.set(p.problem.id, p);
  return [...seen.values()];
}

/** How many problems of each level, 5 first, those without a level last. */
export function severities(rows: readonly ProblemRow[]): number[] {
  const counts = [0, 0, 0, 0, 0, 0];
  for (const r of rows) {
    const at = r.problem.severity ? 5 - r.problem.severity : 5;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}
