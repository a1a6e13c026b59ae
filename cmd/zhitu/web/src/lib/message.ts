// Texts with places: "{n} 个问题". An English text may have two forms, chosen
// by the plural rule of its n.

export type Lang = 'zh-CN' | 'en';
export type Entry = string | { one: string; other: string };
export type Values = Record<string, string | number>;

const rules: Record<Lang, Intl.PluralRules> = { 'zh-CN': new Intl.PluralRules('zh-CN'), en: new Intl.PluralRules('en') };
const numbers: Record<Lang, Intl.NumberFormat> = {
  'zh-CN': new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 2 }),
  en: new Intl.NumberFormat('en', { maximumFractionDigits: 2 }),
};

export function number(n: number, lang: Lang): string {
  return numbers[lang].format(n);
}

export function fill(entry: Entry, values: Values, lang: Lang): string {
  let text: string;
  if (typeof entry === 'string') text = entry;
  else text = rules[lang].select(Number(values['n'] ?? 0)) === 'one' ? entry.one : entry.other;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? number(value, lang) : value;
  });
}

/** A code of a list that the dictionary lacks, as English words: in_force → In force. */
export function words(code: string): string {
  const text = code
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .trim();
  return text === text.toUpperCase() ? text : text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}
