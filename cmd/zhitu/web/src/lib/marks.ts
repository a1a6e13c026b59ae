// The marks of severity and coverage. Colour never carries a meaning alone:
// each level has its own shape and number, each coverage its own filling and
// word. marks.test.ts computes contrast and the distance of neighbours.

export interface SeverityMark {
  level: 1 | 2 | 3 | 4 | 5;
  shape: 'octagon' | 'diamond' | 'triangle' | 'circle' | 'bar';
  fill: string;
  line: string;
  digit: string; // colour of the number
}

export const severityMarks: readonly SeverityMark[] = [
  { level: 5, shape: 'octagon', fill: '#7A0C2E', line: '#7A0C2E', digit: '#FFFFFF' },
  { level: 4, shape: 'diamond', fill: '#D9480F', line: '#A63507', digit: '#000000' },
  { level: 3, shape: 'triangle', fill: '#F5B041', line: '#5F4007', digit: '#221500' },
  { level: 2, shape: 'circle', fill: '#FDE8A8', line: '#5F4B07', digit: '#221500' },
  { level: 1, shape: 'bar', fill: '#FFFFFF', line: '#33373D', digit: '#221500' },
];

export function severityMark(level: number): SeverityMark | undefined {
  return severityMarks.find((m) => m.level === level);
}

/** How far a problem is covered: filled, half, hollow, and unknown. */
export type Coverage = 'covered' | 'partial' | 'uncovered' | 'unknown';

const rungs: Record<string, Coverage> = {
  no_standard: 'uncovered',
  withdrawn_only: 'uncovered',
  indirect_only: 'partial',
  no_test_method: 'partial',
  no_rule: 'partial',
  no_certifier: 'partial',
};

/** The coverage of a gap's class; no class is covered. */
export function coverageOf(gapClass: string | null | undefined): Coverage {
  return gapClass ? (rungs[gapClass] ?? 'unknown') : 'covered';
}

/** Whether missing facts could change the verdict: shown as "?". */
export function uncertain(gapClass: string, atBest: string | null): boolean {
  return gapClass !== atBest;
}
