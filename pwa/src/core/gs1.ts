// The GS1 Application Identifiers a shop's phone meets, how long each is, and which must or must not stand together. The node
// holds the whole dictionary; an identifier that is missing here makes the phone ask the node instead of guessing.

import { checkDigit, CodeError, gs1Day } from './barcode';

export interface Element {
  ai: string;
  value: string;
}

interface Identifier {
  ai: string;
  digits: boolean;
  least: number;
  most: number;
  fixed: boolean;
  test?: 'check' | 'day' | 'day0';
  /** Of each group at least one must stand beside it; a trailing "n" stands for any digit. */
  needs?: readonly (readonly string[])[];
  /** None of these may. */
  apart?: readonly string[];
}

const GOODS = [['01', '02', '03', '8006', '8026']];
const ITEM = [['01', '03', '8006']];
const SOLD = [['01', '02', '8006', '8026']];

const n = (ai: string, length: number, more: Partial<Identifier> = {}): Identifier => ({ ai, digits: true, least: length, most: length, fixed: length > 0, ...more });
const x = (ai: string, most: number, more: Partial<Identifier> = {}): Identifier => ({ ai, digits: false, least: 1, most, fixed: false, ...more });

const NAMED: readonly Identifier[] = [
  n('00', 18, { test: 'check' }),
  n('01', 14, { test: 'check', apart: ['02', '255', '37'] }),
  n('02', 14, { test: 'check', apart: ['01', '03'], needs: [['37']] }),
  n('03', 14, { test: 'check', apart: ['01', '02', '37'] }),
  x('10', 20, { needs: GOODS }),
  n('11', 6, { test: 'day0', needs: GOODS }),
  n('12', 6, { test: 'day0', needs: [['8020']] }),
  n('13', 6, { test: 'day0', needs: GOODS }),
  n('15', 6, { test: 'day0', needs: GOODS }),
  n('16', 6, { test: 'day0', needs: GOODS }),
  n('17', 6, { test: 'day0', needs: [['01', '02', '03', '255', '8006', '8026']] }),
  n('20', 2, { needs: SOLD }),
  x('21', 20, { needs: ITEM, apart: ['235'] }),
  x('22', 20, { needs: [['01']] }),
  x('235', 28, { needs: [['01']], apart: ['21'] }),
  x('240', 30, { needs: SOLD }),
  x('241', 30, { needs: SOLD }),
  x('250', 30, { needs: [['01', '8006']] }),
  x('251', 30, { needs: [['01', '8006']] }),
  n('30', 8, { least: 1, fixed: false, needs: [['01', '02']] }),
  n('37', 8, { least: 1, fixed: false, needs: [['00'], ['02', '8026']] }),
  x('400', 30),
  x('401', 30),
  n('410', 13, { test: 'check' }),
  n('411', 13, { test: 'check' }),
  n('412', 13, { test: 'check' }),
  n('413', 13, { test: 'check' }),
  n('414', 13, { test: 'check' }),
  x('420', 20),
  ...Array.from({ length: 9 }, (_, i) => x(String(91 + i), 90)),
  x('90', 30),
];
const BY_AI = new Map(NAMED.map((one) => [one.ai, one]));

/** What is known of an identifier; measures and prices carry their number of decimals in the last digit. */
export function identifierOf(ai: string): Identifier | null {
  const named = BY_AI.get(ai);
  if (named) return named;
  if (/^3(?:10|15|11|14|16|20)[0-5]$/.test(ai)) return n(ai, 6, { needs: [['01', '02']], apart: [`${ai.slice(0, 3)}n`] });
  if (/^33[0-6][0-5]$/.test(ai)) return n(ai, 6, { needs: [['00', '01']], apart: [`${ai.slice(0, 3)}n`] });
  if (/^392[0-9]$/.test(ai)) return n(ai, 15, { least: 1, fixed: false, needs: [['01'], ['30', '31nn', '32nn', '35nn', '36nn']], apart: ['392n', '393n'] });
  return null;
}

/** The element that begins at a place of raw data; fixed lengths need no separator after them, the others end at GS. */
export function elementAt(data: string, start: number): { ai: string; value: string; next: number } | null {
  for (const length of [2, 3, 4]) {
    const known = identifierOf(data.slice(start, start + length));
    if (!known) continue;
    const from = start + length;
    const gs = data.indexOf('\x1d', from);
    const end = gs < 0 ? data.length : gs;
    const to = known.fixed ? Math.min(end, from + known.most) : end;
    return { ai: known.ai, value: data.slice(from, to), next: data[to] === '\x1d' ? to + 1 : to };
  }
  return null;
}

/** The error key of a value that is not as its identifier demands, or null. */
export function isValid(known: Identifier, value: string, today: string): string | null {
  if (!value) return 'barcode_value_empty';
  if (value.length < known.least) return 'barcode_value_too_short';
  if (value.length > known.most) return 'barcode_value_too_long';
  if (!(known.digits ? /^[0-9]*$/ : /^[!-"%-?A-Z_a-z]*$/).test(value)) return 'barcode_characters';
  if (known.test === 'check' && checkDigit(value.slice(0, -1)) !== Number(value.at(-1))) return 'barcode_check_digit_of_ai';
  if (known.test === 'day0' && gs1Day(value, today) === null) return 'barcode_date';
  return null;
}

/** What is wrong with the elements as a company: one without those it needs, beside one it excludes, or said twice differently. */
export function partnersMissing(elements: readonly Element[]): { key: string; values: Record<string, string> } | null {
  const present = new Map<string, string>();
  for (const { ai, value } of elements) {
    if ((present.get(ai) ?? value) !== value) return { key: 'barcode_ai_repeated', values: { ai } };
    present.set(ai, value);
  }
  const partner = (pattern: string, but: string): string | undefined => [...present.keys()].sort().find((ai) => ai !== but && fits(ai, pattern));
  for (const ai of [...present.keys()].sort()) {
    for (const pattern of identifierOf(ai)?.apart ?? []) {
      const other = partner(pattern, ai);
      if (other) return { key: 'barcode_ai_exclusive', values: { ai, other } };
    }
  }
  for (const ai of [...present.keys()].sort()) {
    for (const group of identifierOf(ai)?.needs ?? []) {
      if (!group.some((pattern) => partner(pattern, ai))) return { key: 'barcode_ai_missing', values: { ai, needs: group.join(', ') } };
    }
  }
  return null;
}

/** True when an identifier fits a pattern such as "01" or "31nn". */
function fits(ai: string, pattern: string): boolean {
  return ai.length === pattern.length && ai.startsWith(pattern.replace(/n+$/, ''));
}

/** True when an element has no fixed length, so a scanner that drops separators may have run it on. */
export function needsSeparators(elements: readonly Element[]): boolean {
  return elements.some(({ ai }) => identifierOf(ai)?.fixed === false);
}

const DATE_OR_MEASURE = '(?:1[1-3567][0-9]{6}|3[1-6][0-9][0-5][0-9]{6})';
const FURTHER = new RegExp(`^(${DATE_OR_MEASURE})(?:${DATE_OR_MEASURE})*(?:(?:10|21|30|37).+)?$`);

/** True when a free text ends in what parses as another element: lot "LOT17270331" may be "LOT" with use-by 2027. */
export function swallowsNext({ ai, value }: Element, today: string): boolean {
  const known = identifierOf(ai);
  if (!known || known.digits || ai.startsWith('9')) return false;
  for (let start = 1; start < value.length; start += 1) {
    const found = FURTHER.exec(value.slice(start));
    if (found && (!found[1]!.startsWith('1') || gs1Day(found[1]!.slice(2, 8), today) !== null)) return true;
  }
  return false;
}

const QUALIFIERS: Record<string, readonly string[]> = { '00': [], '01': ['22', '10', '21'], '414': ['254', '7040'] };

/** The elements of a Digital Link: the key and its qualifiers from the path, attributes from the query. */
export function splitLink(text: string, today: string): Element[] {
  const match = /^https?:\/\/([A-Za-z0-9\-.:[\]]+)(\/[^?#]*)(?:\?([^#]*))?/i.exec(text);
  if (!match) throw new CodeError('barcode_link_host', { host: text.slice(0, 40) });
  const segments = match[2]!.split('/').slice(1);
  let start = segments.length - 2;
  while (start >= 0 && !(segments[start]! in QUALIFIERS)) start -= 2;
  if (start < 0) throw new CodeError('barcode_link_no_key');
  const elements: Element[] = [];
  const key = segments[start]!;
  let order = -1;
  for (let i = start; i < segments.length; i += 2) {
    const ai = segments[i]!;
    if (i > start) {
      const at = QUALIFIERS[key]!.indexOf(ai);
      if (at <= order) throw new CodeError('barcode_link_path', { path: segments.slice(start).join('/') });
      order = at;
    }
    elements.push(linkElement(ai, decode(segments[i + 1]!), today));
  }
  for (const part of (match[3] ?? '').split('&')) {
    const [name = '', value] = [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)];
    if (!part.includes('=') || !/^[0-9]+$/.test(name)) continue;
    if (elements.some((e) => e.ai === name)) throw new CodeError('barcode_ai_repeated', { ai: name });
    if (QUALIFIERS[key]!.includes(name)) throw new CodeError('barcode_link_attribute', { ai: name });
    elements.push(linkElement(name, decode(value.replaceAll('+', ' ')), today));
  }
  return elements;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new CodeError('barcode_link_characters');
  }
}

function linkElement(ai: string, value: string, today: string): Element {
  const known = identifierOf(ai);
  if (!known) throw new CodeError('barcode_ai_unknown', { text: ai.slice(0, 8) });
  const wrong = isValid(known, value, today);
  if (wrong) throw new CodeError(wrong, { ai, value: value.slice(0, 40), length: value.length });
  return { ai, value };
}
