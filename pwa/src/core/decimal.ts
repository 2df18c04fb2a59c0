// Exact decimal arithmetic for quantities, prices and amounts. A float never touches them: quantities and unit prices are
// whole millionths, amounts are whole minor units (fen, cents), all as BigInt, and cross the wire as decimal strings.

export const MICRO = 1_000_000n;

/** Reads "12.5" as 12500000n millionths; null for anything that is not a plain decimal with at most six places. */
export function parseMicros(text: string): bigint | null {
  return parseScaled(text, 6);
}

/** Reads "12.50" as 1250n minor units of a currency with `digits` decimals; null when it is not such an amount. */
export function parseMinor(text: string, digits: number): bigint | null {
  return parseScaled(text, digits);
}

function parseScaled(text: string, places: number): bigint | null {
  const match = /^(-)?([0-9]{1,15})?(?:\.([0-9]*))?$/.exec(text.trim());
  if (!match || (match[2] === undefined && !match[3])) return null;
  const fraction = match[3] ?? '';
  if (fraction.length > places && /[1-9]/.test(fraction.slice(places))) return null;
  const digits = (match[2] ?? '0') + fraction.slice(0, places).padEnd(places, '0');
  const value = BigInt(digits);
  return match[1] ? -value : value;
}

/** Writes millionths without trailing zeros, keeping at least `places` decimals: 1500000n -> "1.5". */
export function formatMicros(value: bigint, places = 0): string {
  return trimZeros(formatScaled(value, 6), places);
}

/** Writes minor units with all of the currency's decimals: 1250n -> "12.50". */
export function formatMinor(value: bigint, digits: number): string {
  return formatScaled(value, digits);
}

function formatScaled(value: bigint, places: number): string {
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, '0');
  if (places === 0) return sign + digits;
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

function trimZeros(text: string, places: number): string {
  const point = text.indexOf('.');
  if (point < 0) return text;
  let end = text.length;
  while (end > point + 1 + places && text[end - 1] === '0') end -= 1;
  return end === point + 1 ? text.slice(0, point) : text.slice(0, end);
}

/** Divides rounding half away from zero, the way amounts are rounded in the books. */
export function divideHalfUp(value: bigint, by: bigint): bigint {
  const negative = value < 0n !== by < 0n;
  const top = value < 0n ? -value : value;
  const bottom = by < 0n ? -by : by;
  const rounded = (top * 2n + bottom) / (bottom * 2n);
  return negative ? -rounded : rounded;
}

/** Quantity times unit price in minor units, half up once: 1.542 kg at 26.00 is 40.09 (4009n). */
export function lineAmount(qtyMicros: bigint, priceMicros: bigint, digits: number): bigint {
  return divideHalfUp(qtyMicros * priceMicros * 10n ** BigInt(digits), MICRO * MICRO);
}

/** The quantity a printed amount stands for, in whole steps of the goods' fineness: 40.08 at 26.00/kg is 1.542 kg. */
export function qtyForAmount(amountMinor: bigint, priceMicros: bigint, digits: number, stepMicros: bigint): bigint | null {
  if (priceMicros <= 0n) return null;
  return divideHalfUp(amountMinor * MICRO * MICRO, priceMicros * 10n ** BigInt(digits) * stepMicros) * stepMicros;
}

/** Packs times the pack's factor: 3 cases of 24 are 72. The factor is a decimal string. */
export function timesFactor(qtyMicros: bigint, factor: string): bigint {
  return divideHalfUp(qtyMicros * (parseMicros(factor) ?? MICRO), MICRO);
}
