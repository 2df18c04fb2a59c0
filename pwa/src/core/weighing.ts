// When a scale's number may be taken, and why not when it may not. A weight is taken only while the scale shows it standing
// still, without an error, in a unit we know, where a price follows from it within its calibration, and only as the reading that the bridge has captured: that
// one has a name and a frame, so the number in the book can be traced. Nothing here ever turns an error into a zero.

import { divideHalfUp, formatMicros, MICRO, parseMicros } from './decimal';

/** What a scale shows right now. */
export interface LiveWeight {
  device: string;
  value: string | null;
  unit: string | null;
  stable: boolean | null;
  status: string;
  error: string | null;
  atMs: number;
}

/** A weight the bridge has captured, as the node names it. */
export interface Captured {
  reading: string;
  value: string;
  unit: string;
  raw: string;
  cal_id: string;
}

/** As the node tells of it: something may have been booked from it already, perhaps by another phone. */
export interface Heard extends Captured {
  booked?: boolean;
}

/** Where a quantity comes from, as a line of an operation carries it. */
export interface Weighed extends Captured {
  device: string;
}

export type Obstacle = 'offline' | 'silent' | 'error' | 'unit' | 'goods_unit' | 'calibration' | 'moving' | 'empty' | 'wait' | 'used';
/** `overdue`: the scale's calibration has run out, and what is booked from it carries that doubt. */
export type Offer = { ok: true; qty: string; weighed: Weighed; overdue: boolean } | { ok: false; why: Obstacle };

const MICROGRAMS: Record<string, bigint> = { mg: 1_000n, g: MICRO, kg: 1_000n * MICRO, t: MICRO * MICRO };
const SAME: Record<string, string> = { 克: 'g', 千克: 'kg', 公斤: 'kg', 吨: 't' };
/** A weight that nobody has confirmed for so long may be of what lay there before. */
export const FRESH_MS = 5_000;

const scaleOf = (unit: string | null | undefined): bigint | undefined => MICROGRAMS[SAME[unit ?? ''] ?? unit ?? ''];

/** Whether goods in this unit are weighed at all. */
export const isWeighable = (unit: string): boolean => scaleOf(unit) !== undefined;

/** The scale's word in the goods' own unit and fineness; null where the two have nothing to do with each other. */
export function inGoodsUnit(value: string, unit: string, goodsUnit: string, decimals: number): string | null {
  const micros = parseMicros(value);
  const [from, to] = [scaleOf(unit), scaleOf(goodsUnit)];
  if (micros === null || from === undefined || to === undefined) return null;
  const step = 10n ** BigInt(6 - Math.min(6, decimals));
  return formatMicros(divideHalfUp(divideHalfUp(micros * from, to), step) * step);
}

/** What some scales say instead of a weight while the plate swings: no fault of theirs. */
export const MOVING = 'in_motion';

export interface Situation {
  live: LiveWeight | null;
  captured: Heard | null;
  calibration: string;
  /** Whether money follows from the weight: then an overdue scale may not be used, as the law has it. */
  priced: boolean;
  goods: { unit: string; decimals: number };
  /** Readings that stand in the book or on other lines already: one melon is one line. */
  used: readonly string[];
  nowMs: number;
}

/** The weight that may be taken now, or the first thing that stands in its way. */
export function offer({ live, captured, calibration, priced, goods, used, nowMs }: Situation): Offer {
  const no = (why: Obstacle): Offer => ({ ok: false, why });
  const overdue = calibration === 'expired';
  if (overdue && priced) return no('calibration');
  if (live?.status === 'offline') return no('offline');
  if (!live || nowMs - live.atMs > FRESH_MS) return no('silent');
  if (live.error === MOVING) return no('moving');
  if (live.error || live.status === 'error') return no('error');
  if (live.value === null || parseMicros(live.value) === null) return no('error');
  if (!live.unit || scaleOf(live.unit) === undefined) return no('unit');
  if (scaleOf(goods.unit) === undefined) return no('goods_unit');
  if (live.stable !== true) return no('moving');
  const qty = inGoodsUnit(live.value, live.unit, goods.unit, goods.decimals);
  if (qty === null || (parseMicros(qty) ?? 0n) <= 0n) return no('empty');
  const isThis = captured !== null && captured.unit === live.unit && parseMicros(captured.value) === parseMicros(live.value);
  if (!isThis) return no('wait');
  if (captured.booked || used.includes(captured.reading)) return no('used');
  const { reading, value, unit, raw, cal_id } = captured;
  return { ok: true, overdue, qty, weighed: { device: live.device, reading, value, unit, raw, cal_id } };
}

/**
 * The operation with a weighing that stands in the book already taken for what it now is: a number somebody vouches for, in nobody's
 * name. The other lines keep theirs.
 */
export function asTyped(body: Record<string, unknown>, scale: unknown, weight: unknown): Record<string, unknown> {
  const lines = body['lines'];
  if (!Array.isArray(lines)) return body;
  const typed = (lines as (Record<string, unknown> & { weighed?: Weighed })[]).map(({ weighed, ...line }) =>
    weighed && weighed.device === scale && weighed.value === weight ? { ...line, typed: true } : weighed ? { ...line, weighed } : line,
  );
  return { ...body, lines: typed };
}
