import { describe, expect, test } from 'vitest';

import type { Certifier, RuleItem, Solutions, StandardItem } from '../api';
import { advise, uncounted } from './advice';

const empty: Solutions = {
  problem: { id: 'p', name: '问题', problem_status: 'confirmed', chains: [], segments: [] },
  standards: [], rules: [], certifiers: [], laboratories: [], experts: [], cases: [], policies: [], rejected: [],
};
const standard = (over: Partial<StandardItem>): StandardItem => ({
  id: 's', kind: 'Standard', name: '标准', verdict: 'applicable', reason: '', status: 'in_force', strength: 'direct', state: 'reviewed',
  paths: [], evidence: [], mechanism: ['REQ'], counts: true, ...over,
});
const rule = (over: Partial<RuleItem>): RuleItem => ({
  id: 'r', kind: 'Rule', name: '规则', verdict: 'applicable', reason: '', status: 'in_force', state: 'reviewed', paths: [], evidence: [],
  link: 'stated', covers: 'yes', compulsory: false, modes: [], based_on: [], mechanism: [], has_certifier: 'yes', details: [], ...over,
});
const certifier = (id: string, rules: [string, 'applicable' | 'to_review'][]): Certifier => ({
  id, name: id, types: [], verdict: 'applicable', reason: '', paths: [], evidence: [],
  rules: rules.map(([r, verdict]) => ({ rule: { id: r, name: r }, via: { id: r, name: r }, undated: true, verdict, evidence: [] })),
});

describe('what to do', () => {
  test.each([
    ['nothing is recorded', empty, 'nothing'],
    ['a rule covers it', { ...empty, standards: [standard({})], rules: [rule({})] }, 'certify'],
    ['a rule covers it, nobody is known to certify', { ...empty, standards: [standard({})], rules: [rule({ has_certifier: 'to_review' })] }, 'standard'],
    ['a standard applies directly', { ...empty, standards: [standard({})], rules: [rule({ covers: 'no' })] }, 'standard'],
    ['only an indirect standard', { ...empty, standards: [standard({ strength: 'indirect' })] }, 'indirect'],
    ['only a method', { ...empty, standards: [standard({ mechanism: ['TEST'], counts: false })] }, 'indirect'],
    ['only a standard without dates', { ...empty, standards: [standard({ status: 'unknown', counts: false })] }, 'review'],
  ] as const)('%s', (_, answer, want) => {
    expect(advise(answer as Solutions).lead).toBe(want);
  });

  test('a withdrawn method is no way to test', () => {
    expect(advise({ ...empty, standards: [standard({ mechanism: ['TEST'], counts: false, status: 'withdrawn' })] }).methods).toEqual([]);
  });

  test('certifiers are counted for the rules that cover, to review apart', () => {
    const answer = {
      ...empty,
      rules: [rule({}), rule({ id: 'other', covers: 'no' })],
      certifiers: [certifier('a', [['r', 'applicable']]), certifier('b', [['r', 'to_review']]), certifier('c', [['other', 'applicable']])],
    };
    const a = advise(answer);
    expect([a.certifiers, a.reviewable]).toEqual([1, 1]);
  });

  test('what is refused stands with the strongest link first, otherwise in order', () => {
    const no = (id: string, strength: string) => ({ ...standard({ id, strength, verdict: 'not_applicable' }), link: 'addresses' });
    const ids = advise({ ...empty, rejected: [no('a', 'supporting'), no('b', 'direct'), no('c', 'direct')] }).refused.map((r) => r.id);
    expect(ids).toEqual(['b', 'c', 'a']);
  });
});

test.each([
  [{ status: 'replaced' }, 'status'],
  [{ mechanism: ['TEST'] }, 'method'],
  [{ state: 'draft' }, 'other'],
])('a standard does not count: %o', (over, want) => {
  expect(uncounted(standard(over))).toBe(want);
});
