// What to do about a problem, in one sentence and a few lines: chosen from the
// answer by rules that anybody can check against the lists below them. Nothing
// is added that the lists do not say, and no certifier is picked out.

import type { PolicyItem, Rejected, RuleItem, Solutions, StandardItem } from '../api';

export interface Advice {
  lead: 'certify' | 'standard' | 'indirect' | 'review' | 'nothing';
  requirements: StandardItem[]; // direct, in force, more than a method
  methods: StandardItem[]; // how to test, in force
  certifiable: RuleItem[]; // a rule covers the problem and somebody may certify
  open: RuleItem[]; // may cover it; a fact is missing
  certifiers: number; // that may certify under those
  reviewable: number; // that perhaps may
  refused: Rejected[]; // not applicable, however well the name fits
  policies: PolicyItem[];
}

/** What is linked most strongly misleads most; the order is kept otherwise. */
function rank(r: Rejected): number {
  const i = ['direct', 'indirect', 'supporting'].indexOf(r.strength ?? '');
  return i < 0 ? 3 : i;
}

const usable = new Set(['in_force', 'transition']);

/** Why a standard does not count as coverage. */
export function uncounted(x: StandardItem): 'status' | 'method' | 'other' {
  if (!usable.has(x.status)) return 'status';
  return x.mechanism.every((m) => m === 'TEST' || m === 'TERM') ? 'method' : 'other';
}

export function advise(s: Solutions): Advice {
  const requirements = s.standards.filter((x) => x.counts && x.strength === 'direct');
  const wider = s.standards.filter((x) => x.counts && x.strength !== 'direct');
  const required = new Set(requirements.map((x) => x.id));
  const methods = s.standards.filter(
    (x) => x.verdict === 'applicable' && usable.has(x.status) && x.mechanism.includes('TEST') && !required.has(x.id),
  );
  const certifiable = s.rules.filter((r) => r.covers === 'yes' && r.has_certifier === 'yes');
  const open = s.rules.filter((r) => r.covers === 'to_review' || (r.covers === 'yes' && r.has_certifier !== 'yes'));
  const covering = new Set(certifiable.map((r) => r.id));
  const able = s.certifiers.filter((c) => c.rules.some((a) => covering.has(a.rule.id)));
  const certifiers = able.filter((c) => c.rules.some((a) => covering.has(a.rule.id) && a.verdict === 'applicable')).length;
  const toReview = s.standards.some((x) => x.verdict === 'to_review' || !usable.has(x.status)) || open.length > 0;
  return {
    lead: certifiable.length
      ? 'certify'
      : requirements.length
        ? 'standard'
        : wider.length || methods.length
          ? 'indirect'
          : toReview
            ? 'review'
            : 'nothing',
    requirements: requirements.length ? requirements : wider,
    methods,
    certifiable,
    open,
    certifiers,
    reviewable: able.length - certifiers,
    refused: [...s.rejected].sort((a, b) => rank(a) - rank(b)),
    policies: s.policies,
  };
}
