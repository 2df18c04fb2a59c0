// What an inspection's answers and quantities come to. What is not answered counts as not passed: an inspector who skipped a
// question has not looked.

import { formatMicros, parseMicros } from '../../core/decimal';
import type { Weighed } from '../../core/weighing';

export type Part = 'accepted' | 'held' | 'rejected';

export interface Judged {
  sku: string;
  name: string;
  lot: string;
  qty: string;
  accepted: string;
  held: string;
  rejected: string;
  /** Which part lay on the scale, and what it came to there. */
  scale?: { part: Part; qty: string; weighed: Weighed };
  /** A person wrote a weight. */
  typed?: boolean;
}

export interface Answer {
  question: string;
  passed: boolean | null;
  value: string;
}

/** True when accepted, held and rejected add up to what came, none of them negative. */
export function addsUp(line: Judged): boolean {
  const parts = [line.accepted, line.held, line.rejected].map((p) => parseMicros(p === '' ? '0' : p));
  if (parts.some((p) => p === null || p < 0n)) return false;
  return parts.reduce<bigint>((sum, p) => sum + p!, 0n) === parseMicros(line.qty);
}

/** What the node does with the line when an answer is not a pass: nothing is accepted, that part is held instead. */
export function closed(line: Judged): Judged {
  const held = (parseMicros(line.accepted || '0') ?? 0n) + (parseMicros(line.held || '0') ?? 0n);
  return { ...line, accepted: '0', held: formatMicros(held) };
}

/** One part was weighed: the rest goes where it lay, and where nothing may be accepted, to the other of the two. */
export function weighedOut(line: Judged, part: Part, qty: string, weighed: Weighed, mayAccept: boolean): Judged {
  const now: Judged = { ...line, [part]: qty, scale: { part, qty, weighed }, typed: false };
  const rest: Part = mayAccept && part !== 'accepted' ? 'accepted' : part === 'held' ? 'rejected' : 'held';
  const others = (['accepted', 'held', 'rejected'] as const).filter((one) => one !== rest);
  const left = (parseMicros(line.qty) ?? 0n) - others.reduce((sum, one) => sum + (parseMicros(now[one] || '0') ?? 0n), 0n);
  return left >= 0n ? { ...now, [rest]: formatMicros(left) } : now;
}

/** What says where a line's quantities come from; a scale's word only while the quantity is still what it said. */
export function sourceOf(line: Judged): Record<string, unknown> {
  if (line.scale && line[line.scale.part] === line.scale.qty) return { weighed: line.scale.weighed };
  return line.typed ? { typed: true } : {};
}

/** Where the quantities start from the answers: everything accepted, or everything held as soon as one answer is not a pass. */
export function suggested(line: Judged, answers: readonly Answer[]): Judged {
  const passed = answers.every((a) => a.passed === true);
  return { ...line, accepted: passed ? line.qty : '0', held: passed ? '0' : line.qty, rejected: '0' };
}

export function sums(lines: readonly Judged[]): { held: string; rejected: string } {
  const add = (pick: (l: Judged) => string): string => formatMicros(lines.reduce((sum, l) => sum + (parseMicros(pick(l) || '0') ?? 0n), 0n));
  return { held: add((l) => l.held), rejected: add((l) => l.rejected) };
}
