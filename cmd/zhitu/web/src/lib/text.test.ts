import { describe, expect, test } from 'vitest';

import { langOf, meet, pieces, webAddress } from './text';

const show = (list: { text: string; marked: boolean }[]) => list.map((p) => (p.marked ? `[${p.text}]` : p.text)).join('');

describe('a highlight', () => {
  test.each([
    ['marks what was found', '丝网<mark>镀锌层</mark>附着力', '丝网[镀锌层]附着力'],
    ['reads entities', '&lt;b&gt; &amp;amp; <mark>&#34;x&#39;</mark>', `<b> &amp; ["x']`],
    ['shows other tags as they are written', '<img src=x><mark>锌</mark>', '<img src=x>[锌]'],
    ['bears a mark that is never closed', 'a <mark>b', 'a <mark>b'],
  ])('%s', (_, html, want) => {
    expect(show(pieces(html))).toBe(want);
  });
});

describe('a name beside what was typed', () => {
  test.each([
    ['runs of two characters and more', '丝网镀锌层附着力不足', '镀锌层掉', '丝网[镀锌层]附着力不足'],
    ['one common character says nothing', '丝网', '网孔', '丝网'],
    ['full width and case are one', 'GB 17761', 'ｇｂ１７７６１', '[GB] [17761]'],
    ['nothing typed, nothing marked', '丝网', '', '丝网'],
  ])('%s', (_, name, typed, want) => {
    expect(show(meet(name, typed))).toBe(want);
  });
});

test('a text is Chinese when it has a Chinese character', () => {
  expect([langOf('GB/T 5330 工业用'), langOf('ASTM A641')]).toEqual(['zh-CN', 'en']);
});

test.each([
  ['https://example.org/a', 'https://example.org/a'],
  ['bzchaxun.com/view/1.html', 'https://bzchaxun.com/view/1.html'],
  ['javascript:alert(1)', undefined],
  ['data:text/html,x', undefined],
  ['国家标准馆', undefined],
  [undefined, undefined],
])('the address %s becomes the link %s', (address, want) => {
  expect(webAddress(address)).toBe(want);
});
