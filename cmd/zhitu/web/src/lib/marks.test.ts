import { describe, expect, test } from 'vitest';

import { contrast, distance } from './colour';
import { coverageOf, severityMarks, uncertain } from './marks';

// As text: as a module a style sheet is empty in tests.
const sheets = import.meta.glob<string>('../app.css', { query: '?raw', import: 'default', eager: true });
const css = Object.values(sheets).join('');
const variable = (name: string) => new RegExp(`--${name}: (#[0-9a-f]{6})`).exec(css)?.[1] ?? 'none';

describe('the marks of severity', () => {
  test('differ in shape, each from each', () => {
    expect(new Set(severityMarks.map((m) => m.shape)).size).toBe(5);
  });

  test.each(severityMarks)('level $level: number ≥ 4.5:1 on its fill, outline ≥ 3:1 on white and paper', (m) => {
    expect(contrast(m.digit, m.fill)).toBeGreaterThanOrEqual(4.5);
    for (const ground of ['#FFFFFF', variable('paper')]) expect(contrast(m.line, ground)).toBeGreaterThanOrEqual(3);
  });

  test('neighbours are told apart by colour too, as far as colour can', () => {
    for (const [a, b] of [[0, 1], [1, 2], [2, 3]] as const) {
      expect(distance(severityMarks[a]!.fill, severityMarks[b]!.fill)).toBeGreaterThanOrEqual(30);
    }
  });
});

describe('the colours of text', () => {
  test.each(['ink', 'muted', 'accent'])('%s is read at 4.5:1 on every ground', (name) => {
    for (const ground of ['paper', 'card', 'note', 'trouble', 'accent-soft', 'found'])
      expect(contrast(variable(name), variable(ground)), `${name} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  });

  test('frames of controls are seen at 3:1', () => {
    for (const ground of ['paper', 'card']) expect(contrast(variable('frame'), variable(ground))).toBeGreaterThanOrEqual(3);
  });

  test('no colour of text in the style sheet is fainter than that', () => {
    for (const [, colour = ''] of css.matchAll(/[^-]color: (#[0-9a-f]{3,6})\b/g)) {
      const full = colour.length === 4 ? '#' + [...colour.slice(1)].map((c) => c + c).join('') : colour;
      // White stands on the accent only.
      const ground = full === '#ffffff' ? variable('accent') : variable('paper');
      expect(contrast(full, ground), colour).toBeGreaterThanOrEqual(4.5);
    }
  });

  test('nothing is smaller than 12 px', () => {
    for (const [, size] of css.matchAll(/font-size: (\d+)px/g)) expect(Number(size)).toBeGreaterThanOrEqual(12);
  });
});

test.each([
  [null, 'covered'],
  ['no_rule', 'partial'],
  ['no_standard', 'uncovered'],
  ['something_new', 'unknown'],
])('the gap class %s is shown as %s', (gapClass, want) => {
  expect(coverageOf(gapClass)).toBe(want);
});

test('a class that missing facts could change is uncertain', () => {
  expect([uncertain('no_rule', 'no_rule'), uncertain('no_rule', null)]).toEqual([false, true]);
});
