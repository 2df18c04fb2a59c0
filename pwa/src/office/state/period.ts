// Spans of business days: the usual ones counted back from a day, the equal span before, and how a change reads. Pure, so that
// "last month" on the 31st can be tested without waiting for it.

export type Preset = 'yesterday' | 'last7' | 'last30' | 'month' | 'last_month';
export interface Span {
  from: string;
  to: string;
}

const DAY_MS = 86_400_000;
const utc = (date: string): number => Date.parse(`${date}T00:00:00Z`);
const text = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** A calendar day moved by whole days. */
export function addDays(date: string, days: number): string {
  return text(utc(date) + days * DAY_MS);
}

/** How many days a span has, both ends counted. */
export function lengthOf(span: Span): number {
  return Math.round((utc(span.to) - utc(span.from)) / DAY_MS) + 1;
}

/** The days a preset means when `now` is the current business day. */
export function spanOf(preset: Preset, now: string): Span {
  const month = `${now.slice(0, 7)}-01`;
  switch (preset) {
    case 'yesterday':
      return { from: addDays(now, -1), to: addDays(now, -1) };
    case 'last7':
      return { from: addDays(now, -6), to: now };
    case 'last30':
      return { from: addDays(now, -29), to: now };
    case 'month':
      return { from: month, to: now };
    case 'last_month': {
      const last = addDays(month, -1);
      return { from: `${last.slice(0, 7)}-01`, to: last };
    }
  }
}

/** Which preset a span is, so that the button for it can be shown as taken. */
export function presetOf(span: Span, now: string): Preset | null {
  const all: Preset[] = ['yesterday', 'last7', 'last30', 'month', 'last_month'];
  return all.find((preset) => {
    const other = spanOf(preset, now);
    return other.from === span.from && other.to === span.to;
  }) ?? null;
}

/** The span of the same length that ends the day before this one begins. */
export function before(span: Span): Span {
  return { from: addDays(span.from, -lengthOf(span)), to: addDays(span.from, -1) };
}

/** True for a day as the address bar may carry it. */
export function isDay(value: string | null): value is string {
  return value !== null && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(utc(value)) && text(utc(value)) === value;
}

/** The change from `then` to `now` in tenths of a percent, or null where there was nothing to compare with. */
export function changeOf(now: bigint, then: bigint): number | null {
  if (then === 0n) return null;
  const base = then < 0n ? -then : then;
  return Number(((now - then) * 1000n) / base);
}
