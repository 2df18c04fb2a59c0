// One reading for the camera, the keyboard-wedge scanner and typed digits: trade numbers with their check digit, the store's own
// price and weight labels, GS1 element strings and Digital Links. The node reads the raw text again with the full GS1 rules;
// this reading decides what the phone shows at once, also without a network. Anything uncertain is refused with a reason,
// because booking the wrong goods costs more than scanning twice.

import type { LabelTemplate } from '../lib/api/types';
import { divideHalfUp, MICRO } from './decimal';
import { elementAt, identifierOf, isValid, needsSeparators, partnersMissing, splitLink, swallowsNext, type Element } from './gs1';

export type Kind = 'gtin' | 'in_store' | 'gs1' | 'digital_link' | 'text';

export interface ScannedCode {
  raw: string;
  kind: Kind;
  gtin14: string | null;
  itemCode: string | null;
  lot: string | null;
  serial: string | null;
  expiry: string | null;
  bestBefore: string | null;
  produced: string | null;
  /** Millionths of `quantityUnit`. */
  quantity: bigint | null;
  quantityUnit: string | null;
  count: number | null;
  /** Minor units of the currency. */
  amount: bigint | null;
  /** The pallet's own number, and the goods on it. */
  sscc: string | null;
  contentGtin14: string | null;
  warnings: string[];
}

export class CodeError extends Error {
  constructor(
    readonly key: string,
    readonly values: Record<string, string | number> = {},
  ) {
    super(key);
    this.name = 'CodeError';
  }
}

export interface Reading {
  /** The AIM identifier ("]E0") or the decoder's name of the symbology. */
  symbology?: string | null;
  /** Typed by a person: fullwidth digits and blanks are forgiven. In a scan they are errors. */
  typed?: boolean;
  /** Today, to place two-digit years. */
  today: string;
  templates?: readonly LabelTemplate[];
  /** What this scanner sends for the GS1 separator: characters to be replaced, or "drop" when it sends none. */
  gsAs?: string | null;
}

const LONGEST = 7089;
const LONGEST_TEXT = 80;
const SEPARATOR = '\x1d';
const NO_LITERAL = new Set(['drop', 'nothing', 'ctrl+]', 'f8', 'alt029']);
const TRADE_LENGTHS = [8, 12, 13, 14];

type Rule = 'gs1' | 'ean13' | 'ean8' | 'gtin' | 'upce' | 'itf' | 'plain' | 'maybe_gs1';
const BY_AIM: Record<string, Rule> = { E0: 'ean13', E4: 'ean8', C1: 'gs1', e0: 'gs1', d2: 'gs1', Q3: 'gs1', J1: 'gs1', I0: 'itf', I1: 'itf', I3: 'itf' };
const PLAIN_AIM = new Set(['A0', 'A1', 'A2', 'A3', 'A4', 'A5', 'A7', 'C0', 'F0', 'G0', 'J0', 'L0', 'Q0', 'Q1', 'Q2', 'd0', 'd1', 'z0']);
const BY_NAME: Record<string, Rule> = {
  ean13: 'gtin', upca: 'gtin', ean8: 'ean8', upce: 'upce', itf: 'itf', itf14: 'itf', gs1128: 'gs1', databar: 'gs1', databarexp: 'gs1', databarexpstk: 'gs1',
  databarltd: 'gs1', databaromni: 'gs1', databarstk: 'gs1', databarexpanded: 'gs1', databarlimited: 'gs1', gs1databar: 'gs1', gs1datamatrix: 'gs1', gs1qrcode: 'gs1',
  code128: 'maybe_gs1', datamatrix: 'maybe_gs1', qrcode: 'maybe_gs1', code39: 'plain', code93: 'plain', codabar: 'plain', pdf417: 'plain', aztec: 'plain', microqrcode: 'plain', gs1dotcode: 'gs1', dotcode: 'maybe_gs1',
};

/** The check digit of the digits before it: weights 3 and 1 from the right, so "690123456789" gives 2. */
export function checkDigit(payload: string): number {
  let total = 0;
  for (let i = 0; i < payload.length; i += 1) total += Number(payload[payload.length - 1 - i]) * (i % 2 === 0 ? 3 : 1);
  return (10 - (total % 10)) % 10;
}

export function hasCheckDigit(number: string): boolean {
  return checkDigit(number.slice(0, -1)) === Number(number.at(-1));
}

const isDigits = (text: string): boolean => /^[0-9]+$/.test(text);

/** What the text says; throws a CodeError with the reason when it cannot be read with certainty. */
export function readCode(raw: string, reading: Reading): ScannedCode {
  if (raw.length > LONGEST) throw new CodeError('barcode_too_long', { length: raw.length, most: LONGEST });
  let text = reading.typed ? raw.normalize('NFKC').trim() : raw;
  const gsAs = reading.gsAs ?? '';
  const dropped = gsAs === 'drop' || gsAs === 'nothing';
  if (!reading.typed && gsAs && !dropped && !NO_LITERAL.has(gsAs)) text = text.replaceAll(gsAs, SEPARATOR);
  let rule = reading.symbology ? ruleOf(reading.symbology) : null;
  if (text.startsWith(']')) {
    rule = ruleOf(text.slice(0, 3));
    text = text.slice(3);
  }
  if (!text) throw new CodeError('barcode_empty');
  // eslint-disable-next-line no-control-regex
  const control = /[\x00-\x1c\x1e\x1f\x7f-\x9f]/.exec(text);
  if (control) throw new CodeError('barcode_control_character', { code: `U+${control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}` });
  return readBy(rule, text, { raw, dropped, ...reading });
}

/** A scan by the settings of its scanner, and the text as the node reads it again: with the standard separator, and marked as
 *  GS1 where the scanner does not say the symbology and the text reads as a GS1 message. */
export function readScan(raw: string, scanner: { gs_as: string; aim: 'on' | 'off' }, reading: Reading): { code: ScannedCode; text: string } {
  const literal = scanner.gs_as && !NO_LITERAL.has(scanner.gs_as);
  const text = literal ? raw.replaceAll(scanner.gs_as, SEPARATOR) : raw;
  const told = { ...reading, gsAs: scanner.gs_as || null };
  try {
    return { code: readCode(text, told), text };
  } catch (error) {
    if (!(error instanceof CodeError) || error.key !== 'barcode_symbology_missing' || scanner.aim === 'on') throw error;
  }
  const code = readCode(text, { ...told, symbology: 'Code128' });
  return { code, text: code.kind === 'gs1' ? `]C1${text}` : text };
}

type Context = Reading & { raw: string; dropped: boolean };

function ruleOf(symbology: string): Rule {
  const aim = symbology.slice(1, 3);
  const rule = symbology.startsWith(']') ? (BY_AIM[aim] ?? (PLAIN_AIM.has(aim) ? 'plain' : undefined)) : BY_NAME[symbology.toLowerCase().replace(/[^a-z0-9]/g, '')];
  if (!rule) throw new CodeError('barcode_symbology_unknown', { symbology: symbology.slice(0, 40) });
  return rule;
}

function readBy(rule: Rule | null, text: string, context: Context): ScannedCode {
  if (rule === 'gs1') return message(readElements(text, context.today), context);
  if (rule === 'ean13' || rule === 'ean8') return eanSymbol(text, rule === 'ean13' ? 13 : 8, context);
  if (rule === 'upce') return trade(text.length > 8 ? text : expandUpcE(text), context);
  if (/^https?:\/\//i.test(text.slice(0, 8))) return gs1Code(splitLink(text, context.today), context, 'digital_link');
  if (text.startsWith('(') && (rule === null || /^\((?:00|01|02)\)/.test(text))) return bracketed(text, rule, context);
  if (text.includes(SEPARATOR) || rule === 'maybe_gs1') return maybeGs1(text, rule, context);
  if (rule === 'gtin' || /[0-9\p{Nd}]/u.test(text)) return numberOrText(rule, text, context);
  return ownCode(text, rule, context);
}

function eanSymbol(text: string, length: number, context: Context): ScannedCode {
  const [number = '', composite] = text.split('|]e0');
  requireDigits(number);
  if (number.length !== length) throw new CodeError('barcode_wrong_length', { text: number.slice(0, 40), length: number.length });
  if (composite === undefined) return labelOrTrade(number, context);
  return message(checked([{ ai: '01', value: tradeNumber(number) }, ...parseElements(composite, context.today)]), context);
}

function numberOrText(rule: Rule | null, text: string, context: Context): ScannedCode {
  if (/[^\x00-\x7f]/.test(text) && /\p{Nd}/u.test(text.replace(/[0-9]/g, ''))) throw new CodeError('barcode_not_ascii_digits', { text: text.slice(0, 40) });
  const digits = context.typed ? text.replaceAll(' ', '') : text;
  if (!isDigits(digits)) {
    if (rule === 'gtin') requireDigits(text);
    return ownCode(text, rule, context);
  }
  if (templateFor(digits, context.templates ?? [])) return labelOrTrade(digits, context);
  // Code 128 and QR also carry numbers of the shop's own, so there only a right check digit makes a trade number.
  if (rule === 'plain' && (![12, 13, 14].includes(digits.length) || !hasCheckDigit(digits))) return ownCode(digits, rule, context);
  const isNumber = TRADE_LENGTHS.includes(digits.length);
  if (rule === 'itf' && !isNumber) return ownCode(digits, rule, context);
  if (rule === null && !isNumber && (context.typed || startsLikeGs1(digits))) return ownCode(digits, rule, context);
  return labelOrTrade(digits, context);
}

function requireDigits(text: string): void {
  if (!text) throw new CodeError('barcode_empty');
  if (!isDigits(text)) throw new CodeError('barcode_not_ascii_digits', { text: text.slice(0, 40) });
}

function tradeNumber(text: string): string {
  requireDigits(text);
  if (!TRADE_LENGTHS.includes(text.length)) throw new CodeError('barcode_wrong_length', { text: text.slice(0, 40), length: text.length });
  requireCheckDigit(text);
  return text.padStart(14, '0');
}

function requireCheckDigit(text: string): void {
  if (!hasCheckDigit(text)) throw new CodeError('barcode_check_digit', { text, expected: checkDigit(text.slice(0, -1)), found: Number(text.at(-1)) });
}

/** The 12-digit UPC-A behind a UPC-E of 6 (without system and check digit), 7 or 8 digits. */
export function expandUpcE(text: string): string {
  requireDigits(text);
  if (![6, 7, 8].includes(text.length)) throw new CodeError('barcode_wrong_length', { text: text.slice(0, 40), length: text.length });
  const system = text.length === 6 ? '0' : text[0]!;
  const body = text.length === 6 ? text : text.slice(1, 7);
  if (!'01'.includes(system)) throw new CodeError('barcode_upc_e_system', { text, found: Number(system) });
  const [a, b, c, d, e, f] = body as unknown as [string, string, string, string, string, string];
  const middle =
    f <= '2' ? `${a}${b}${f}0000${c}${d}${e}` : f === '3' ? `${a}${b}${c}00000${d}${e}` : f === '4' ? `${a}${b}${c}${d}00000${e}` : `${a}${b}${c}${d}${e}0000${f}`;
  const payload = system + middle;
  const full = payload + String(checkDigit(payload));
  if (text.length === 8 && full.at(-1) !== text.at(-1)) throw new CodeError('barcode_check_digit', { text, expected: checkDigit(payload), found: Number(text.at(-1)) });
  return full;
}

/** The first template whose length and prefix fit; a UPC-A reader leaves out the leading zero of 13 digits. */
function templateFor(text: string, templates: readonly LabelTemplate[]): { template: LabelTemplate; digits: string } | null {
  for (const template of templates) {
    for (const digits of text.length === 12 ? [text, `0${text}`] : [text]) {
      if (digits.length === template.template.length && template.prefixes.some((p) => digits.startsWith(p))) return { template, digits };
    }
  }
  return null;
}

function labelOrTrade(text: string, context: Context): ScannedCode {
  const found = isDigits(text) ? templateFor(text, context.templates ?? []) : null;
  if (!found) return trade(text, context);
  const { template, digits } = found;
  const layout = template.template;
  if (layout.endsWith('C')) requireCheckDigit(digits);
  const field = (letter: string): string => [...layout].map((l, i) => (l === letter ? digits[i] : '')).join('');
  const price = field('P');
  const weight = field('W');
  const count = field('N');
  const amount = price ? divideHalfUp(BigInt(price) * 100n, 10n ** BigInt(template.price_decimals)) : null;
  const quantity = weight ? (BigInt(weight) * MICRO) / 10n ** BigInt(template.weight_decimals) : null;
  return {
    ...blank(context.raw, 'in_store'),
    itemCode: field('I'),
    amount,
    quantity,
    quantityUnit: quantity === null ? null : 'kg',
    count: count ? Number(count) : null,
    warnings: amount || quantity || Number(count) ? [] : ['label_value_zero'],
  };
}

function trade(text: string, context: Context): ScannedCode {
  return { ...blank(context.raw, 'gtin'), gtin14: tradeNumber(text) };
}

function ownCode(given: string, rule: Rule | null, context: Context): ScannedCode {
  const text = given.trim();
  if (text.length > LONGEST_TEXT) throw new CodeError('barcode_too_long', { length: text.length, most: LONGEST_TEXT });
  if (!text) throw new CodeError('barcode_empty');
  const looksGs1 = startsLikeGs1(text);
  if (looksGs1 && rule === null) throw new CodeError('barcode_symbology_missing');
  return { ...blank(context.raw, 'text'), itemCode: text, warnings: looksGs1 ? ['looks_like_gs1'] : [] };
}

function maybeGs1(text: string, rule: Rule | null, context: Context): ScannedCode {
  if (rule === null) throw new CodeError('barcode_symbology_missing');
  if (text.includes(SEPARATOR)) return message(readElements(text.startsWith(SEPARATOR) ? text.slice(1) : text, context.today), context);
  if (startsLikeGs1(text)) {
    try {
      return message(readElements(text, context.today), context, ['gs1_assumed']);
    } catch {
      return ownCode(text, rule, context);
    }
  }
  return /[0-9]/.test(text) ? numberOrText('plain', text, context) : ownCode(text, rule, context);
}

function bracketed(given: string, rule: Rule | null, context: Context): ScannedCode {
  const text = context.typed ? given.replace(/\s+/g, '') : given;
  const elements: Element[] = [];
  let position = 0;
  while (position < text.length) {
    const closing = text.indexOf(')', position);
    if (text[position] !== '(' || closing < 0) throw new CodeError('barcode_brackets', { text: text.slice(position, position + 20) });
    const ai = text.slice(position + 1, closing);
    let value = '';
    position = closing + 1;
    for (;;) {
      const opening = text.indexOf('(', position);
      if (opening > position && text[opening - 1] === '\\') {
        value += `${text.slice(position, opening - 1)}(`;
        position = opening + 1;
        continue;
      }
      const end = opening < 0 ? text.length : opening;
      value += text.slice(position, end);
      position = end;
      break;
    }
    elements.push(element(ai, value, context.today));
  }
  return gs1Code(checked(elements), context, 'gs1', rule === null ? [] : ['brackets_in_symbol']);
}

function element(ai: string, value: string, today: string): Element {
  const known = identifierOf(ai);
  if (!known) throw new CodeError('barcode_ai_unknown', { text: ai.slice(0, 8) });
  const wrong = isValid(known, value, today);
  if (wrong) throw new CodeError(wrong, { ai, value: value.slice(0, 40), length: value.length });
  return { ai, value };
}

function parseElements(data: string, today: string): Element[] {
  if (!data) throw new CodeError('barcode_empty');
  const elements: Element[] = [];
  let position = 0;
  while (position < data.length) {
    const found = elementAt(data, position);
    if (!found) throw new CodeError('barcode_ai_unknown', { text: data.slice(position, position + 4) });
    elements.push(element(found.ai, found.value, today));
    position = found.next;
  }
  return elements;
}

function readElements(data: string, today: string): Element[] {
  return checked(parseElements(data, today));
}

function checked(elements: Element[]): Element[] {
  const wrong = partnersMissing(elements);
  if (wrong) throw new CodeError(wrong.key, wrong.values);
  return elements;
}

/** A message from a symbol, where a lost separator can have run two elements into one. */
function message(elements: Element[], context: Context, warnings: string[] = []): ScannedCode {
  const ran = elements.some((one) => swallowsNext(one, context.today)) ? ['possible_missing_separator'] : [];
  const lost = context.dropped && needsSeparators(elements) ? ['separator_lost'] : [];
  return gs1Code(elements, context, 'gs1', [...warnings, ...ran, ...lost]);
}

function gs1Code(elements: Element[], context: Context, kind: Kind, warnings: string[] = []): ScannedCode {
  if (kind === 'digital_link') checked(elements);
  const value = (ai: string): string | null => elements.find((e) => e.ai === ai)?.value ?? null;
  const day = (ai: string): string | null => {
    const text = value(ai);
    return text ? gs1Day(text.slice(0, 6), context.today) : null;
  };
  const weight = elements.find((e) => /^310[0-5]$/.test(e.ai));
  const priced = elements.find((e) => /^392[0-9]$/.test(e.ai));
  const count = value('30') ?? value('37');
  return {
    ...blank(context.raw, kind),
    gtin14: value('01') ?? value('03'),
    lot: value('10'),
    serial: value('21'),
    expiry: day('17'),
    bestBefore: day('15'),
    produced: day('11'),
    quantity: weight ? (BigInt(weight.value) * MICRO) / 10n ** BigInt(weight.ai[3]!) : null,
    quantityUnit: weight ? 'kg' : null,
    count: count ? Number(count) : null,
    amount: priced ? divideHalfUp(BigInt(priced.value) * 100n, 10n ** BigInt(priced.ai[3]!)) : null,
    sscc: value('00'),
    contentGtin14: value('02'),
    warnings,
  };
}

/** YYMMDD as a calendar day: the year is the one from 49 back to 50 ahead of today, day 00 is the month's last. */
export function gs1Day(text: string, today: string): string | null {
  if (!/^[0-9]{6}$/.test(text)) return null;
  const thisYear = Number(today.slice(0, 4));
  const ahead = Number(text.slice(0, 2)) - (thisYear % 100);
  const year = thisYear - (thisYear % 100) + Number(text.slice(0, 2)) + (ahead >= 51 ? -100 : ahead <= -50 ? 100 : 0);
  const month = Number(text.slice(2, 4));
  if (month < 1 || month > 12) return null;
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const dayOfMonth = Number(text.slice(4, 6)) || last;
  return dayOfMonth > last ? null : `${year}-${text.slice(2, 4)}-${String(dayOfMonth).padStart(2, '0')}`;
}

function startsLikeGs1(text: string): boolean {
  const length = { '00': 20, '01': 16, '02': 16 }[text.slice(0, 2)];
  if (!length || text.length < length) return false;
  const key = text.slice(2, length);
  return isDigits(key) && hasCheckDigit(key);
}

function blank(raw: string, kind: Kind): ScannedCode {
  return {
    raw, kind, gtin14: null, itemCode: null, lot: null, serial: null, expiry: null, bestBefore: null, produced: null,
    quantity: null, quantityUnit: null, count: null, amount: null, sscc: null, contentGtin14: null, warnings: [],
  };
}
