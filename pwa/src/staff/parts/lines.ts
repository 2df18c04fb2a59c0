// One line of a basket, a receipt or a count on its way to becoming part of an operation, and the sums over lines.

import { formatMicros, formatMinor, lineAmount, parseMicros, parseMinor, qtyForAmount, timesFactor } from '../../core/decimal';
import type { CatalogueItem } from '../../lib/api/types';
import { isWeighable, type Weighed } from '../../core/weighing';
import type { Scanned } from '../../state/resolve.svelte';

export interface Line {
  id: string;
  sku: string;
  name: string;
  /** What the quantity is counted in now, and how many base units that is. */
  unit: string;
  factor: string;
  baseUnit: string;
  decimals: number;
  units: { unit: string; factor: string }[];
  qty: string;
  lot: string;
  expiry: string;
  produced: string;
  place: string;
  price: string | null;
  /** A unit price other than the list's, and what comes off the line; both only by somebody who may change prices. */
  ownPrice?: string;
  discount?: string;
  /** The amount printed on a price label; it stands, whatever the multiplication says. */
  amount: string | null;
  code: string;
  /** The scale's word for the quantity; or that a person typed a weight. */
  weighed?: Weighed;
  typed?: boolean;
}

export function unitsOf(item: CatalogueItem): Line['units'] {
  const seen = new Map([[item.base_unit, '1']]);
  for (const b of item.barcodes) if (b.unit && !seen.has(b.unit)) seen.set(b.unit, b.factor);
  return [...seen].map(([unit, factor]) => ({ unit, factor }));
}

/** The line a scan begins; a price label gets the quantity its price stands for. */
export function lineOf(scanned: Scanned, currencyDigits: number, qty = '1'): Line {
  const item = scanned.item!;
  const line: Line = {
    id: crypto.randomUUID(), sku: item.sku, name: item.name, unit: scanned.unit || item.base_unit, factor: scanned.factor, baseUnit: item.base_unit, decimals: item.decimals,
    units: unitsOf(item), qty: scanned.qty ?? qty, lot: scanned.lot ?? '', expiry: scanned.expiry ?? '', produced: scanned.produced ?? '', place: '', price: item.price ?? null,
    amount: scanned.amount, code: scanned.raw,
  };
  if (scanned.amount !== null && scanned.qty === null) {
    const price = parseMicros(item.price ?? '');
    const amount = parseMinor(scanned.amount, currencyDigits);
    const stands = price && amount !== null ? qtyForAmount(amount, price, currencyDigits, 10n ** BigInt(6 - Math.min(6, item.decimals))) : null;
    if (stands !== null) Object.assign(line, { qty: formatMicros(stands), unit: item.base_unit, factor: '1' });
  }
  return line;
}

/** Whether a scan means one more of an existing line rather than a new one. */
export function sameGoods(line: Line, scanned: Scanned): boolean {
  return line.sku === scanned.item?.sku && line.unit === (scanned.unit || line.baseUnit) && line.lot === (scanned.lot ?? '') && line.amount === null && scanned.amount === null && scanned.qty === null && !isLowered(line);
}

/** Goods by weight whose code says no weight: nobody knows yet how much of them lies here. */
export function mustBeWeighed(scanned: Scanned): boolean {
  const item = scanned.item!;
  return scanned.qty === null && scanned.amount === null && (scanned.unit || item.base_unit) === item.base_unit && isWeighable(item.base_unit);
}

/** The readings on the other lines. */
export function readingsOf(lines: readonly Line[], except = ''): string[] {
  return lines.flatMap((line) => (line.weighed && line.id !== except ? [line.weighed.reading] : []));
}

export function plus(qty: string, by: string): string {
  const sum = (parseMicros(qty) ?? 0n) + (parseMicros(by) ?? 0n);
  return formatMicros(sum < 0n ? 0n : sum);
}

/** Whether somebody changed what the list says; more of the same goods then begins a line of its own. */
export function isLowered(line: Line): boolean {
  return Boolean(line.ownPrice) || discountOf(line) > 0n;
}

const discountOf = (line: Line): bigint => parseMicros(line.discount ?? '') ?? 0n;

/** What the line costs in minor units before anything comes off; null when the goods have no price. */
export function grossOf(line: Line, currencyDigits: number): bigint | null {
  if (line.amount !== null) return parseMinor(line.amount, currencyDigits);
  const text = line.ownPrice || line.price;
  const price = text === null ? null : parseMicros(text);
  const qty = parseMicros(line.qty);
  return price === null || qty === null ? null : lineAmount(timesFactor(qty, line.factor), price, currencyDigits);
}

/** What the customer pays for the line in minor units; null when the goods have no price. */
export function amountOf(line: Line, currencyDigits: number): bigint | null {
  const gross = grossOf(line, currencyDigits);
  return gross === null ? null : gross - (parseMinor(line.discount ?? '', currencyDigits) ?? 0n);
}

/** What is wrong with a changed price: not a number, below zero, or more taken off than the line costs. */
export function priceFault(line: Line, currencyDigits: number): 'price' | 'discount' | null {
  const price = line.ownPrice ? parseMicros(line.ownPrice) : 0n;
  if (price === null || price < 0n || price > 10n ** 15n) return 'price';
  const off = line.discount ? parseMinor(line.discount, currencyDigits) : 0n;
  const gross = grossOf(line, currencyDigits);
  return off === null || off < 0n || (off > 0n && (gross === null || off > gross)) ? 'discount' : null;
}

/** The fields of a sold line that say what it costs; nothing where the list says it. */
export function wirePrice(line: Line, currencyDigits: number): Record<string, unknown> {
  const off = discountOf(line) > 0n;
  return {
    ...(line.ownPrice ? { unit_price: line.ownPrice } : {}),
    ...(off ? { discount: line.discount } : {}),
    ...(line.amount === null ? {} : { amount: off ? formatMinor(amountOf(line, currencyDigits)!, currencyDigits) : line.amount }),
  };
}

export function totalOf(lines: readonly Line[], currencyDigits: number): bigint {
  return lines.reduce((sum, line) => sum + (amountOf(line, currencyDigits) ?? 0n), 0n);
}

/** True when the text is a quantity the goods can be counted in. */
export function qtyIsRight(text: string, decimals: number, zero = false): boolean {
  const micros = parseMicros(text);
  if (micros === null || micros < 0n || (micros === 0n && !zero) || micros > 10n ** 15n) return false;
  return micros % 10n ** BigInt(6 - Math.min(6, decimals)) === 0n;
}

/** The fields of a line as an operation carries them; empty ones are left out. */
export function wireLine(line: Line, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    sku: line.sku,
    qty: line.qty,
    ...(line.unit && line.unit !== line.baseUnit ? { unit: line.unit } : {}),
    ...(line.lot ? { lot: line.lot } : {}),
    ...(line.weighed ? { weighed: line.weighed } : line.typed ? { typed: true } : {}),
    ...more,
  };
}

export function about(lines: readonly { name: string }[], amount?: string): { names: string[]; lines: number; amount?: string } {
  return { names: lines.slice(0, 3).map((l) => l.name), lines: lines.length, ...(amount === undefined ? {} : { amount }) };
}

export { formatMinor };
