// What the reader looks at: a span of business days and some of the stores. It lives in the address, so that a page can be sent to
// a colleague and "back" means back; links between pages carry it along.

import { withQuery } from '../../core/api';
import { go, route } from '../../state/route.svelte';
import { today } from '../../state/format.svelte';
import { addDays, isDay, type Span } from './period';

/** The latest business day head office has told us of; the presets count back from it. */
export const latest = $state<{ day: string | null }>({ day: null });

export const scope = {
  get span(): Span | null {
    const from = route.query.get('from');
    const to = route.query.get('to');
    return isDay(from) && isDay(to) && from <= to ? { from, to } : null;
  },
  get stores(): string[] {
    return route.query.getAll('store');
  },
  /** The query every report takes. */
  get query(): Record<string, string | string[] | undefined> {
    return { from: this.span?.from, to: this.span?.to, store: this.stores };
  },
};

/** The span a report takes when none was chosen. */
export function defaultSpan(): Span {
  return { from: addDays(currentDay(), -6), to: currentDay() };
}

/** Learns the current business day from a report that was asked for without a span. */
export function noteSpan(answer: Span): void {
  if (!scope.span && (latest.day === null || answer.to > latest.day)) latest.day = answer.to;
}

/** The day the presets count back from. */
export function currentDay(): string {
  return latest.day ?? today();
}

/** The address of a page with the present scope and more; what is undefined is dropped. */
export function scoped(path: string, more: Record<string, string | string[] | undefined> = {}): string {
  return withQuery(path, { ...scope.query, ...more });
}

/** Changes part of the present page's address and keeps the rest. */
export function adjust(more: Record<string, string | string[] | undefined>, options: { replace?: boolean } = {}): void {
  const kept: Record<string, string[]> = {};
  for (const [name, value] of route.query) if (!(name in more)) (kept[name] ??= []).push(value);
  go(withQuery(route.path, { ...kept, ...more }), options);
}

/** The facts page for a drill-down address of the server; "/v1/facts?sku=A1" is shown at "/office/facts?sku=A1". */
export function factsPage(url: string | null | undefined): string | undefined {
  if (!url) return undefined;
  const [path = '', query] = url.split('?');
  const page = path.replace(/^\/v1\/facts/, '/office/facts');
  return query ? `${page}?${query}` : page;
}
