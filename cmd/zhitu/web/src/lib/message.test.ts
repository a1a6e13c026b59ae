import { describe, expect, test } from 'vitest';

import { fill, number, words } from './message';

describe('a text with places', () => {
  test.each([
    ['a number with separators', '{n} 条', { n: 12345 }, 'zh-CN', '12,345 条'],
    ['the form for one', { one: '{n} path', other: '{n} paths' }, { n: 1 }, 'en', '1 path'],
    ['the form for others', { one: '{n} path', other: '{n} paths' }, { n: 0 }, 'en', '0 paths'],
    ['a text stays as it is', '截至 {date}', { date: '2026-05-01' }, 'zh-CN', '截至 2026-05-01'],
    ['a place without a value stays visible', '{a} 和 {b}', { a: '甲' }, 'zh-CN', '甲 和 {b}'],
    ['a value is no template', '{a}', { a: '{b}', b: 'x' }, 'en', '{b}'],
  ] as const)('%s', (_, entry, values, lang, want) => {
    expect(fill(entry, values, lang)).toBe(want);
  });

  test('at most two decimals', () => {
    expect(number(107.805, 'en')).toBe('107.81');
  });
});

test.each([
  ['in_force', 'In force'],
  ['TestCapability', 'Test capability'],
  ['applicability_reason', 'Applicability reason'],
  ['CCC', 'CCC'],
])('the code %s in words', (code, want) => {
  expect(words(code)).toBe(want);
});
