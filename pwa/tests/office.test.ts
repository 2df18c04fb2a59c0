// What head office's pages reckon by themselves: spans of days, changes, the order of tables, CSV files, master-data forms.

import { describe, expect, test } from 'vitest';
import { addDays, before, changeOf, isDay, lengthOf, presetOf, spanOf } from '../src/office/state/period';
import { pressed, sorted, type Column } from '../src/office/parts/table';
import { about, contentOf, orderNumber } from '../src/office/state/changes';
import { csv } from '../src/office/parts/csv';
import { bodyOf, MASTER, shown, wrong } from '../src/office/master/forms';

describe('a span of days', () => {
  test('of last month ends on its last day, also in a leap year', () => {
    expect(spanOf('last_month', '2028-03-31')).toEqual({ from: '2028-02-01', to: '2028-02-29' });
    expect(spanOf('last_month', '2026-01-15')).toEqual({ from: '2025-12-01', to: '2025-12-31' });
  });

  test('of seven days counts today', () => {
    expect(spanOf('last7', '2026-11-22')).toEqual({ from: '2026-11-16', to: '2026-11-22' });
    expect(lengthOf(spanOf('last30', '2026-11-22'))).toBe(30);
  });

  test('is compared with the equally long one that ends the day before', () => {
    expect(before({ from: '2026-11-16', to: '2026-11-22' })).toEqual({ from: '2026-11-09', to: '2026-11-15' });
  });

  test('is known again as the preset it is', () => {
    expect(presetOf({ from: '2026-11-21', to: '2026-11-21' }, '2026-11-22')).toBe('yesterday');
    expect(presetOf({ from: '2026-11-02', to: '2026-11-22' }, '2026-11-22')).toBeNull();
  });

  test('does not care for summer time', () => {
    expect(addDays('2026-03-29', 1)).toBe('2026-03-30');
    expect(addDays('2026-10-25', -1)).toBe('2026-10-24');
  });

  test('takes only real days from the address', () => {
    expect([isDay('2026-02-28'), isDay('2026-02-30'), isDay('2026-2-3'), isDay('x'), isDay(null)]).toEqual([true, false, false, false, false]);
  });
});

test('a change is told in tenths of a percent, and not at all against nothing', () => {
  expect(changeOf(110n, 100n)).toBe(100);
  expect(changeOf(95n, 100n)).toBe(-50);
  expect(changeOf(5n, 0n)).toBeNull();
});

describe('a table', () => {
  interface Row {
    name: string;
    n: number;
  }
  const columns: Column<Row>[] = [
    { key: 'name', label: 'Name', by: (row) => row.name },
    { key: 'n', label: 'N', figures: true, by: (row) => row.n },
  ];
  const rows = [
    { name: 'lot 10', n: 2 },
    { name: 'lot 9', n: 10 },
    { name: 'lot 1', n: 2 },
  ];

  test('puts figures in order of size and text as people count', () => {
    expect(sorted(rows, columns, { key: 'n', down: true }, 'en').map((row) => row.name)).toEqual(['lot 9', 'lot 10', 'lot 1']);
    expect(sorted(rows, columns, { key: 'name', down: false }, 'en').map((row) => row.name)).toEqual(['lot 1', 'lot 9', 'lot 10']);
  });

  test('begins with the largest figure and turns round when pressed again', () => {
    const first = pressed(columns[1]!, null);
    expect(first).toEqual({ key: 'n', down: true });
    expect(pressed(columns[1]!, first)).toEqual({ key: 'n', down: false });
    expect(pressed(columns[0]!, first)).toEqual({ key: 'name', down: false });
  });
});

describe('a CSV file', () => {
  test('quotes what needs quoting and can be told from other encodings', () => {
    expect(csv([['a', 'b,c', 'd"e']])).toBe('\uFEFFa,"b,c","d""e"\r\n');
  });

  test('holds no cell that a spreadsheet would run', () => {
    expect(csv([['=1+1', '@x', '-12.50', '+x', '-x']])).toBe("\uFEFF'=1+1,'@x,-12.50,'+x,'-x\r\n");
  });
});

describe('a master-data form', () => {
  const product = MASTER.products!;
  const field = (name: string) => product.fields.find((one) => one.name === name)!;

  test('sends numbers as the contract wants them and leaves out what is empty', () => {
    const form = { sku: ' A1 ', name: 'Milk', category: 'dairy', base_unit: 'each', decimals: '0', storage: 'chilled', shelf_life_days: '', negative: 'warn', unit_cost: '1.25' };
    expect(bodyOf(product.fields, form)).toEqual({ sku: 'A1', name: 'Milk', category: 'dairy', base_unit: 'each', decimals: 0, storage: 'chilled', negative: 'warn', unit_cost: '1.25' });
  });

  test('reads a list however it is separated', () => {
    expect(bodyOf(MASTER.templates!.fields, { prefixes: '20, 21，22 23' })).toEqual({ prefixes: ['20', '21', '22', '23'] });
  });

  test('says what is wrong before anybody is asked', () => {
    expect(wrong(field('sku'), 'A 1')).toBe('field_no_blanks');
    expect(wrong(field('sku'), '')).toBe('field_required');
    expect(wrong(field('decimals'), '1.5')).toBe('field_whole');
    expect(wrong(field('unit_cost'), '1,5')).toBe('field_decimal');
    expect(wrong(field('shelf_life_days'), '')).toBeNull();
  });

  test('begins with the usual values, in the reader’s words', () => {
    expect(shown(field('base_unit'), null, (key) => key)).toBe('unit_piece');
    expect(shown(field('storage'), null, (key) => key)).toBe('ambient');
    expect(shown(field('shelf_life_days'), { shelf_life_days: null }, (key) => key)).toBe('');
  });
});

describe('a change asked for', () => {
  const order = (number: string, qty: string) => ({ kind: 'purchasing.place_order', body: { order: number, supplier: 'farm', store: 'S1', lines: [{ sku: 'milk', qty }] } });

  test('is about one order each, so that of two orders sent again only the refused one goes out', () => {
    expect(about(order('PO-1', '5'))).not.toBe(about(order('PO-2', '5')));
    expect(about(order('PO-1', '5'))).toBe(about(order('PO-1', '6')));
    expect(contentOf(order('PO-1', '5'))).not.toBe(contentOf(order('PO-1', '6')));
  });

  test('names a new order by its day and six signs that nobody mistakes for another', () => {
    const number = orderNumber(Date.parse('2026-11-22T08:00:00Z'), (n) => new Uint8Array(n).fill(63));
    expect(number).toBe('PO-261122-ZZZZZZ');
    expect(orderNumber()).toMatch(/^PO-\d{6}-[2-9A-HJ-NP-Z]{6}$/);
  });
});

test('a supplier is written by one command, contact and terms by others, each under its own right', () => {
  const suppliers = MASTER.suppliers!;
  expect(suppliers.kind).toBe('catalogue.define_supplier');
  expect(suppliers.also!.map((one) => [one.kind, one.needs])).toEqual([['catalogue.set_supplier_contact', 'catalogue.edit'], ['catalogue.set_supplier_terms', 'purchasing.contract']]);
  expect(bodyOf(suppliers.also![0]!.fields, { delivery: 'email', email: 'a@b.example', language: 'en' })).toEqual({ delivery: 'email', email: 'a@b.example', language: 'en' });
  expect(bodyOf(suppliers.also![1]!.fields, { terms_days: '30', deductible: 'false' })).toEqual({ terms_days: 30, deductible: false });
  expect(bodyOf(MASTER.customers!.also![0]!.fields, { limit: '1000', terms_days: '' })).toEqual({ limit: '1000' });
});
