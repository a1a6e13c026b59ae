// Text that comes from records: which language it is in, and what of it was
// found.

import type { Lang } from './message';

const han = /[\u3400-\u9fff\uf900-\ufaff]/;

/** The language of a text of a record, for its lang attribute. */
export function langOf(text: string): Lang {
  return han.test(text) ? 'zh-CN' : 'en';
}

export interface Piece {
  text: string;
  marked: boolean;
}

const entities: Record<string, string> = {
  '&lt;': '<', '&gt;': '>', '&amp;': '&', '&quot;': '"', '&#34;': '"', '&#39;': "'", '&apos;': "'",
};

/** The pieces of a highlight: HTML of which only <mark> and entities are
 * understood, everything else is shown as it is written. */
export function pieces(html: string): Piece[] {
  const out: Piece[] = [];
  const add = (raw: string, marked: boolean) => {
    const text = raw.replace(/&(lt|gt|amp|quot|apos|#34|#39);/g, (e) => entities[e] ?? e);
    if (text) out.push({ text, marked });
  };
  let rest = html;
  for (;;) {
    const open = rest.indexOf('<mark>');
    const close = open < 0 ? -1 : rest.indexOf('</mark>', open);
    if (open < 0 || close < 0) {
      add(rest, false);
      return out;
    }
    add(rest.slice(0, open), false);
    add(rest.slice(open + 6, close), true);
    rest = rest.slice(close + 7);
  }
}

/** The pieces of name with every character run that also stands in query
 * marked; runs of one Chinese character or of fewer than two letters say
 * nothing and stay plain. */
export function meet(name: string, query: string): Piece[] {
  const fold = (s: string) => s.normalize('NFKC').toLowerCase();
  const q = fold(query);
  const chars = [...name];
  const marked = chars.map(() => false);
  for (let from = 0; from < chars.length; ) {
    let to = from;
    while (to < chars.length && q.includes(fold(chars.slice(from, to + 1).join(''))) && chars[to] !== ' ') to++;
    if (to - from >= 2) marked.fill(true, from, to);
    from = Math.max(to, from + 1);
  }
  const out: Piece[] = [];
  chars.forEach((c, i) => {
    const last = out.at(-1);
    if (last && last.marked === marked[i]) last.text += c;
    else out.push({ text: c, marked: marked[i] ?? false });
  });
  return out;
}

/** Only addresses that a browser may safely open become links. */
export function webAddress(address: string | undefined): string | undefined {
  if (!address) return undefined;
  if (/^https?:\/\//i.test(address)) return address;
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+(\/|$)/i.test(address) ? 'https://' + address : undefined;
}
