// What the forms of the books reckon before the server does: lines of an invoice, tax, whether a voucher balances. Amounts are fen.

import { divideHalfUp, formatMicros, formatMinor, lineAmount, parseMicros, parseMinor } from '../../core/decimal';

const WHOLE = 1_000_000n;

/** "0.13" as "13"; the way people write a rate. */
export function percentOf(fraction: string | null | undefined): string {
  const micros = parseMicros(fraction ?? '');
  return micros === null ? '' : formatMicros(micros * 100n);
}

/** "13" as "0.13"; null for what is no percentage from 0 to below 100 with at most two decimals. */
export function fractionOf(percent: string): string | null {
  const micros = parseMicros(percent.trim() || '0');
  if (micros === null || micros < 0n || micros >= 100n * WHOLE || micros % 10_000n !== 0n) return null;
  return formatMicros(micros / 100n);
}

/** Fen of an amount above zero; null for anything else. */
export function amountOf(text: string): bigint | null {
  const fen = parseMinor(text, 2);
  return fen !== null && fen > 0n ? fen : null;
}

/** Fen of an amount that may be left out; null where it is no amount. */
export function amountOrNone(text: string): bigint | null {
  if (!text.trim()) return 0n;
  const fen = parseMinor(text, 2);
  return fen !== null && fen >= 0n ? fen : null;
}

export const fenText = (fen: bigint): string => formatMinor(fen, 2);

/** Quantity times price, half up: 30 at 133.20 is 3996.00. */
export function netOf(qty: string, price: string): bigint | null {
  const [micros, each] = [parseMicros(qty), parseMicros(price)];
  return micros === null || each === null || micros <= 0n || each < 0n ? null : lineAmount(micros, each, 2);
}

/** Net times rate, half up, as the server reckons it. */
export function taxOf(net: bigint, fraction: string): bigint {
  return divideHalfUp(net * (parseMicros(fraction) ?? 0n), WHOLE);
}

/** Whether a price is above what was agreed, with its tolerance: 5.10 of 5.00 with 2 % is not. */
export function isAbove(price: string, agreed: string, tolerance: string): boolean {
  const [given, known, part] = [parseMicros(price), parseMicros(agreed), parseMicros(tolerance)];
  if (given === null || known === null || part === null) return false;
  return given * WHOLE > known * (WHOLE + part);
}

/** By how much a quantity is above another; null where it is not. */
export function moreThan(qty: string, left: string): string | null {
  const [given, known] = [parseMicros(qty), parseMicros(left)];
  return given === null || known === null || given <= known ? null : formatMicros(given - (known > 0n ? known : 0n));
}

export interface HandLine {
  account: string;
  debit: string;
  credit: string;
}

/** Debits and credits of a voucher by hand; a cell that is no amount counts as nothing here and is told by its line. */
export function sumsOf(lines: readonly HandLine[]): { debit: bigint; credit: bigint } {
  const sum = (side: 'debit' | 'credit'): bigint => lines.reduce((all, line) => all + (amountOf(line[side]) ?? 0n), 0n);
  return { debit: sum('debit'), credit: sum('credit') };
}

/** The code of an account as it was typed or chosen: "5602 Administrative expenses" is 5602. */
export const codeOf = (text: string): string => /^\s*([0-9A-Za-z]+)/.exec(text)?.[1] ?? '';

/** The SKU as it was typed or chosen: "milk Milk 1 l" is milk. */
export const skuOf = (text: string): string => text.trim().split(/\s/)[0] ?? '';

/** A line nobody has begun. */
export const isBlank = (line: HandLine): boolean => !line.account.trim() && !line.debit.trim() && !line.credit.trim();

/** A line names an account and has an amount on exactly one side. */
export const isWhole = (line: HandLine): boolean => codeOf(line.account) !== '' && (amountOf(line.debit) !== null) !== (amountOf(line.credit) !== null) && (!line.debit.trim() || !line.credit.trim());
