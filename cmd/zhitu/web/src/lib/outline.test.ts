import { describe, expect, test } from 'vitest';

import type { Gap, Subgraph } from '../api';
import { lanesOf, narrow, problemsIn, severities } from './outline';

const segment = (id: string, position?: string) => ({ id, kind: 'Segment', name: id, state: 'reviewed', position });
const problem = (id: string, severity?: number, status = 'confirmed', category = 'QT') => ({
  id, kind: 'Problem', name: `问题 ${id}`, state: 'reviewed', severity, problem_status: status, category,
});
const edge = (edge_kind: string, from: string, to: string) => ({ id: `${from}-${to}`, edge_kind, from, to, state: 'reviewed' });
const gapOf = (id: string, gapClass: string) => ({ problem: { id }, class: gapClass, class_at_best: gapClass }) as Gap;

const graph = {
  chain: { id: 'chain:c', name: '链' },
  nodes: [
    segment('s2', 'upstream'), segment('s1', 'upstream'), segment('s3', 'downstream'), segment('s4'), segment('parent', 'upstream'),
    problem('p1', 3), problem('p2', 5), problem('p3', 4, 'solved', 'QM'), problem('p4'),
    { id: 'w', kind: 'Process', name: '镀锌', state: 'reviewed' },
    { id: 'g', kind: 'Product', name: '钢丝', state: 'reviewed' },
  ],
  edges: [
    edge('OCCURS_AT', 'p1', 's1'), edge('OCCURS_AT', 'p1', 'w'), edge('OCCURS_AT', 'p2', 'w'), edge('OCCURS_AT', 'p3', 's3'),
    edge('OCCURS_AT', 'p4', 's4'), edge('OCCURS_AT', 'p1', 's3'), edge('OCCURS_AT', 'p1', 'elsewhere'),
    edge('HAS_PROCESS', 's1', 'w'), edge('MADE_IN', 'g', 's1'), edge('BROADER', 's1', 'parent'),
  ],
  counts: { nodes: [], shown: { nodes: 0, edges: 0 }, total: { nodes: 0, edges: 0 } },
} satisfies Subgraph as Subgraph;

const lanes = lanesOf(graph, [gapOf('p1', 'no_rule'), gapOf('p4', 'no_standard')]);
const told = (of: typeof lanes) =>
  of.map((l) => [l.position, ...l.segments.map((s) => `${s.segment.id}: ${s.problems.map((p) => p.problem.id).join(' ')}`)]);

describe('a chain', () => {
  test('is read by position, then segment, the most severe problem first', () => {
    expect(told(lanes)).toEqual([
      ['upstream', 'parent: ', 's1: p2 p1', 's2: '],
      ['downstream', 's3: p3 p1'],
      ['', 's4: p4'],
    ]);
  });

  test('shows a problem of a process at the process’s segment, once', () => {
    expect(lanes[0]?.segments[1]?.problems.map((p) => p.problem.id)).toEqual(['p2', 'p1']);
  });

  test('tells what segments hold', () => {
    const s1 = lanes[0]?.segments[1];
    expect([s1?.products[0]?.name, s1?.processes[0]?.name, lanes[0]?.segments[0]?.parts[0]?.id]).toEqual(['钢丝', '镀锌', 's1']);
  });

  test('counts a problem once however often it occurs', () => {
    expect(problemsIn(lanes).length).toBe(4);
    expect(severities(problemsIn(lanes))).toEqual([1, 1, 1, 0, 0, 1]);
  });
});

describe('narrowing', () => {
  const any = { min: 0, category: '', gapClass: '', text: '' };
  test.each([
    ['nothing chosen keeps empty segments', any, [['upstream', 'parent: ', 's1: p2 p1', 's2: '], ['downstream', 's3: p3 p1'], ['', 's4: p4']]],
    ['by severity', { ...any, min: 4 }, [['upstream', 's1: p2'], ['downstream', 's3: p3']]],
    ['by category', { ...any, category: 'QM' }, [['downstream', 's3: p3']]],
    ['by gap class', { ...any, gapClass: 'no_rule' }, [['upstream', 's1: p1'], ['downstream', 's3: p1']]],
    ['covered leaves out what is solved', { ...any, gapClass: 'covered' }, [['upstream', 's1: p2']]],
    ['by the name of a segment, full width', { ...any, text: 'Ｓ４' }, [['', 's4: p4']]],
    ['what nothing passes', { ...any, text: '没有' }, []],
  ])('%s', (_, filter, want) => {
    expect(told(narrow(lanes, filter))).toEqual(want);
  });
});
