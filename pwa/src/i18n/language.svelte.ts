// Which of the two languages the reader wants, and how a key becomes a text in it. Each area keeps its texts as
// key -> [中文, English], both beside each other, so neither language can fall behind the other.

export type Language = 'zh-CN' | 'en';
export type Text = readonly [zh: string, en: string];
export type Values = Record<string, string | number>;

const STORED = 'liushui.language';

function firstLanguage(): Language {
  const stored = globalThis.localStorage?.getItem(STORED);
  if (stored === 'zh-CN' || stored === 'en') return stored;
  return (globalThis.navigator?.language ?? 'zh-CN').toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

export const language = $state<{ current: Language }>({ current: firstLanguage() });

export function setLanguage(next: Language): void {
  language.current = next;
  localStorage.setItem(STORED, next);
  document.documentElement.lang = next;
}

/** Fills {name} places of a text with the values. */
export function fill(text: string, values: Values = {}): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

/** A function that looks up the keys of one area in the current language. */
export function translator<T extends Record<string, Text>>(texts: T): (key: keyof T & string, values?: Values) => string {
  return (key, values) => fill(texts[key]![language.current === 'en' ? 1 : 0], values);
}

/** Picks the reader's side of a pair that comes from the server, such as a category's names. */
export function pick(pair: { zh: string; en: string } | string | null | undefined): string {
  if (pair === null || pair === undefined) return '';
  if (typeof pair === 'string') return pair;
  return language.current === 'en' ? pair.en || pair.zh : pair.zh || pair.en;
}
