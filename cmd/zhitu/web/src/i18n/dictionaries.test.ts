import { describe, expect, test } from 'vitest';

import type { Entry } from '../lib/message';
import en from './en.json';
import zh from './zh.json';

const dictionaries: Record<string, Record<string, Entry>> = { zh, en };

function places(entry: Entry): string[] {
  const texts = typeof entry === 'string' ? [entry] : [entry.other];
  return texts.flatMap((t) => [...t.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? '')).sort();
}

describe('the dictionaries', () => {
  test('have the same keys in the same order', () => {
    expect(Object.keys(en)).toEqual(Object.keys(zh));
  });

  test('fill the same places', () => {
    for (const key of Object.keys(zh)) {
      const [a, b] = [places(dictionaries['zh']![key]!), places(dictionaries['en']![key]!)];
      // English may leave a number out where its form says it ("0 match").
      expect(b.every((p) => a.includes(p)), `${key}: ${a} / ${b}`).toBe(true);
    }
  });

  test('have no empty text', () => {
    for (const [name, d] of Object.entries(dictionaries))
      for (const [key, entry] of Object.entries(d))
        for (const text of typeof entry === 'string' ? [entry] : Object.values(entry)) expect(text.trim(), `${name} ${key}`).not.toBe('');
  });

  test('keep Chinese out of English, but for names', () => {
    const named = new Set(['title.home']);
    for (const [key, entry] of Object.entries(dictionaries['en']!))
      for (const text of typeof entry === 'string' ? [entry] : Object.values(entry))
        if (!named.has(key)) expect(/[\u3400-\u9fff]/.test(text), `${key}: ${text}`).toBe(false);
  });
});
