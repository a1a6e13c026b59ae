// The texts of the page. Chinese comes with the page; English is fetched when an
// address first asks for it, so that nobody loads a dictionary that is not read.

import zh from '../i18n/zh.json';
import { param } from './location.svelte';
import { fill, number, words, type Entry, type Lang, type Values } from './message';
import { vocabularyLabel } from './schema.svelte';

export type Key = keyof typeof zh;

let en = $state.raw<Record<Key, Entry> | undefined>();

/** Fetch what the language of the address needs. Until it is there, and where it
 * cannot be had, the page stays Chinese. */
export async function needLanguage(): Promise<void> {
  if (param('lang') !== 'en' || en) return;
  try {
    en = (await import('../i18n/en.json')).default;
  } catch {
    en = undefined;
  }
}

/** The language of the page: Chinese unless the address says otherwise. */
export function lang(): Lang {
  return param('lang') === 'en' && en ? 'en' : 'zh-CN';
}

export function t(key: Key, values: Values = {}): string {
  const l = lang();
  return fill(((l === 'en' && en) || zh)[key], values, l);
}

/** t for a key put together at run time; undefined when there is no such text. */
export function maybe(key: string, values: Values = {}): string | undefined {
  return key in zh ? t(key as Key, values) : undefined;
}

/** What a code of a vocabulary is called. A code that this page does not know
 * is asked of the schema (Chinese), or shown as words. */
export function term(vocabulary: string, code: string): string {
  if (code === '') return '';
  const known = maybe(`${vocabulary}.${code}`);
  if (known !== undefined) return known;
  return (lang() === 'zh-CN' ? vocabularyLabel(vocabulary, code) : undefined) ?? words(code);
}

export function terms(vocabulary: string, codes: readonly string[]): string {
  return codes.map((c) => term(vocabulary, c)).join(t('list.comma'));
}

export function num(n: number): string {
  return number(n, lang());
}
