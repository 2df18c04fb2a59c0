// Numbers, money and dates the way shop people write them: ¥1,234.50, 11月22日 周日 14:05, 1,234.5 kg. Pure functions of their
// arguments; the language and the tenant's currency are passed in.

import { formatMicros, formatMinor, parseMicros, parseMinor } from './decimal';

export interface Currency {
  symbol: string;
  digits: number;
}

/** "1234.5" as "$1,234.50"; a minus sign stands before the symbol. */
export function money(amount: string | bigint | null | undefined, currency: Currency): string {
  if (amount === null || amount === undefined || amount === '') return '—';
  const minor = typeof amount === 'bigint' ? amount : parseMinor(roundPlaces(amount, currency.digits), currency.digits);
  if (minor === null) return '—';
  const sign = minor < 0n ? '−' : '';
  return `${sign}${currency.symbol}${grouped(formatMinor(minor < 0n ? -minor : minor, currency.digits))}`;
}

/** "1500" as "1,500", "1.500" as "1.5". */
export function quantity(qty: string | bigint | null | undefined): string {
  if (qty === null || qty === undefined || qty === '') return '—';
  const micros = typeof qty === 'bigint' ? qty : parseMicros(qty);
  return micros === null ? String(qty) : grouped(formatMicros(micros)).replace('-', '−');
}

export function grouped(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const spaced = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}

/** Cuts a decimal string that has more places than the currency, rounding half up. */
function roundPlaces(text: string, digits: number): string {
  const micros = parseMicros(text);
  if (micros === null) return text;
  const step = 10n ** BigInt(6 - digits);
  const half = step / 2n;
  const sign = micros < 0n ? -1n : 1n;
  return formatMinor((sign * (sign * micros + half)) / step, digits);
}

/** A short large number for charts and tiles: 12.3万 in Chinese, 123K in English. */
export function compact(value: number, language: string): string {
  return new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

/** A calendar day ("2026-11-22") as 11月22日 or Nov 22, with the year only when it is not this one. */
export function day(date: string | null | undefined, language: string, thisYear?: number): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(date ?? '');
  if (!match) return '—';
  const [, year, month, dayOfMonth] = match;
  const withYear = Number(year) !== (thisYear ?? new Date().getFullYear());
  if (language.startsWith('zh')) return `${withYear ? `${year}年` : ''}${Number(month)}月${Number(dayOfMonth)}日`;
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(dayOfMonth)));
  return new Intl.DateTimeFormat('en', {
    month: 'short',
    day: 'numeric',
    ...(withYear ? { year: 'numeric' as const } : {}),
    timeZone: 'UTC',
  }).format(at);
}

/** A month ("2026-11") as 2026年11月 or Nov 2026. */
export function month(period: string, language: string): string {
  const [year = '', number = ''] = period.split('-');
  if (language.startsWith('zh')) return `${year}年${Number(number)}月`;
  const at = new Date(Date.UTC(Number(year), Number(number) - 1, 1));
  return new Intl.DateTimeFormat('en', { month: 'short', year: 'numeric', timeZone: 'UTC' }).format(at);
}

/** An instant as the store's clock shows it: 11月22日 14:05 / Nov 22, 14:05. */
export function moment(at: string | number | null | undefined, language: string, timeZone?: string): string {
  const date = new Date(at ?? Number.NaN);
  if (Number.isNaN(date.getTime())) return '—';
  return new Intl.DateTimeFormat(language, {
    month: language.startsWith('zh') ? 'long' : 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(timeZone ? { timeZone } : {}),
  }).format(date);
}

/** Only the time of day: 14:05. */
export function timeOfDay(at: string | number, language: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(timeZone ? { timeZone } : {}),
  }).format(new Date(at));
}

/** How long ago in words: 刚刚, 5分钟前, 3小时前 / just now, 5 min ago. */
export function ago(at: string | number | null | undefined, now: number, language: string): string {
  const then = new Date(at ?? Number.NaN).getTime();
  if (Number.isNaN(then)) return '—';
  const seconds = Math.round((now - then) / 1000);
  if (seconds < 45) return language.startsWith('zh') ? '刚刚' : 'just now';
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'always', style: 'short' });
  if (seconds < 3600) return format.format(-Math.round(seconds / 60), 'minute');
  if (seconds < 86_400) return format.format(-Math.round(seconds / 3600), 'hour');
  return format.format(-Math.round(seconds / 86_400), 'day');
}

/** Whole days from one calendar day to another; negative when `to` is past. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to.slice(0, 10)}T00:00:00Z`) - Date.parse(`${from.slice(0, 10)}T00:00:00Z`)) / 86_400_000);
}

/** Today's calendar day in a time zone, as "2026-11-22". */
export function today(now: number, timeZone?: string): string {
  return new Intl.DateTimeFormat('sv-SE', { year: 'numeric', month: '2-digit', day: '2-digit', ...(timeZone ? { timeZone } : {}) }).format(
    new Date(now),
  );
}
