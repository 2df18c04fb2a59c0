// What the phone makes of codes, and that it refuses rather than guesses.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatMicros, formatMinor, parseMicros, qtyForAmount } from '../src/core/decimal';
import { checkDigit, CodeError, expandUpcE, gs1Day, readCode, readScan, type Reading } from '../src/core/barcode';

const TODAY = '2026-11-22';
const LABELS = [{ template: 'FFIIIIIPPPPPC', prefixes: ['21'], price_decimals: 2, weight_decimals: 3 }];
const read = (text: string, more: Partial<Reading> = {}) => readCode(text, { today: TODAY, ...more });
const fault = (text: string, more: Partial<Reading> = {}): string => {
  try {
    read(text, more);
  } catch (error) {
    if (error instanceof CodeError) return error.key;
    throw error;
  }
  return '';
};

describe('trade numbers', () => {
  test('all printed forms of a number are one number', () => {
    expect(read('6926900602677').gtin14).toBe('06926900602677');
    expect(read('036000291452').gtin14).toBe('00036000291452');
    expect(read('96385074').gtin14).toBe('00000096385074');
  });

  test('a wrong check digit is refused and the right one named', () => {
    expect(checkDigit('692690060267')).toBe(7);
    expect(fault('6926900602676')).toBe('barcode_check_digit');
  });

  test('UPC-E is expanded before it is looked up', () => {
    expect(expandUpcE('04963406')).toBe('049000006346');
    expect(read('04963406', { symbology: 'UPCE' }).gtin14).toBe('00049000006346');
  });

  test('fullwidth digits are forgiven when typed and refused when scanned', () => {
    expect(read('６９２６９００６０２６７７', { typed: true }).gtin14).toBe('06926900602677');
    expect(fault('６９２６９００６０２６７７')).toBe('barcode_not_ascii_digits');
  });
});

describe('in-store labels', () => {
  test('a price label gives its item and its amount', () => {
    const code = read('2106013040083', { templates: LABELS });
    expect([code.kind, code.itemCode, code.amount]).toEqual(['in_store', '06013', 4008n]);
  });

  test('eighteen digits carry amount and weight', () => {
    const templates = [{ template: 'FFIIIIIPPPPPWWWWWC', prefixes: ['26'], price_decimals: 2, weight_decimals: 3 }];
    const payload = '26' + '06013' + '04008' + '01542';
    const code = read(payload + checkDigit(payload), { templates });
    expect([code.itemCode, code.amount, code.quantity]).toEqual(['06013', 4008n, 1_542_000n]);
  });
});

describe('GS1', () => {
  test('an element string gives goods, lot and date', () => {
    const code = read('010692690060267710L7\x1d17270331', { symbology: ']C1' });
    expect([code.gtin14, code.lot, code.expiry]).toEqual(['06926900602677', 'L7', '2027-03-31']);
  });

  test('the printed line with brackets reads the same', () => {
    const code = read('(01)06926900602677(10)L7(17)270331(3103)001205', { typed: true });
    expect([code.lot, code.expiry, code.quantity]).toEqual(['L7', '2027-03-31', 1_205_000n]);
  });

  test('a Digital Link reads the same', () => {
    const code = read('https://shop.example/01/06926900602677/10/L7?17=270331&utm=x');
    expect([code.kind, code.gtin14, code.lot, code.expiry]).toEqual(['digital_link', '06926900602677', 'L7', '2027-03-31']);
  });

  test('a lot without goods says nothing', () => {
    expect(fault('10L7', { symbology: ']C1' })).toBe('barcode_ai_missing');
  });

  test('a bare 01… is refused when nobody says how it was printed', () => {
    expect(fault('0106926900602677')).toBe('barcode_symbology_missing');
  });

  test('day 00 is the last of the month, and the year is the near one', () => {
    expect(gs1Day('270200', TODAY)).toBe('2027-02-28');
    expect(gs1Day('760101', TODAY)).toBe('2076-01-01');
    expect(gs1Day('770101', TODAY)).toBe('1977-01-01');
    expect(gs1Day('271301', TODAY)).toBeNull();
  });
});

describe('what is no code', () => {
  test('a megabyte is refused unread', () => {
    expect(fault('1'.repeat(1_000_000))).toBe('barcode_too_long');
  });

  test('control characters are refused', () => {
    expect(fault('69269\x0000602677')).toBe('barcode_control_character');
  });
});

interface Case {
  told: string;
  input: string;
  symbology: string | null;
  typed: boolean;
  gs_as: string | null;
  today: string;
  templates: { layout: string; prefixes: string[]; price_decimals: number; weight_decimals: number }[];
  unit_price?: string;
  step?: string;
  expected?: Record<string, unknown>;
  error?: string;
}

/** What the parser says, in the words of the node's own case file: dates as ISO text, figures as decimal text. */
function answer(given: Case): Record<string, unknown> {
  const code = readCode(given.input, {
    symbology: given.symbology,
    typed: given.typed,
    gsAs: given.gs_as,
    today: given.today,
    templates: given.templates.map(({ layout, ...rest }) => ({ template: layout, ...rest })),
  });
  let quantity = code.quantity;
  if (quantity === null && code.amount !== null && given.unit_price) {
    quantity = qtyForAmount(code.amount, parseMicros(given.unit_price)!, 2, parseMicros(given.step!)!);
  }
  return {
    kind: code.kind,
    gtin14: code.gtin14,
    item_code: code.itemCode,
    lot: code.lot,
    serial: code.serial,
    expiry: code.expiry,
    best_before: code.bestBefore,
    produced: code.produced,
    qty: quantity === null ? null : formatMicros(quantity),
    count: code.count,
    amount: code.amount === null ? null : formatMinor(code.amount, 2),
    sscc: code.sscc,
    content_gtin14: code.contentGtin14,
    warnings: code.warnings,
  };
}

const cases = JSON.parse(readFileSync(new URL('../../tests/unit/barcodes/phone_vectors.json', import.meta.url), 'utf8')) as Case[];

describe('the cases the node answers to as well', () => {
  test.each(cases.map((one) => [one.told, one] as const))('%s', (_told, one) => {
    if (one.error) expect(fault(one.input, { symbology: one.symbology, typed: one.typed, gsAs: one.gs_as, today: one.today, templates: one.templates.map(({ layout, ...rest }) => ({ template: layout, ...rest })) })).toBe(one.error);
    else expect(answer(one)).toEqual(one.expected);
  });
});

describe('a scanner with settings', () => {
  const tilde = { gs_as: '~', aim: 'off' } as const;

  test('its own separator becomes the standard one, and the node is told that it is GS1', () => {
    const read = readScan('010692690060267710L7~17270331', tilde, { today: TODAY });
    expect([read.code.kind, read.code.lot, read.code.expiry]).toEqual(['gs1', 'L7', '2027-03-31']);
    expect(read.text).toBe(']C1010692690060267710L7\x1d17270331');
  });

  test('trade numbers and store labels are what they always are', () => {
    expect(readScan('96385074', tilde, { today: TODAY }).code.gtin14).toBe('00000096385074');
    expect(readScan('2106013040083', tilde, { today: TODAY, templates: LABELS }).code.amount).toBe(4008n);
  });

  test('one that says the symbology stays strict', () => {
    expect(() => readScan('010692690060267710L7', { gs_as: '', aim: 'on' }, { today: TODAY })).toThrow('barcode_symbology_missing');
  });
});
