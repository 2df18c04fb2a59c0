// What the forms of the books reckon: rates, lines of invoices, whether a voucher balances.

import { describe, expect, test } from 'vitest';
import { month } from '../src/core/format';
import { amountOf, amountOrNone, codeOf, fractionOf, isAbove, isBlank, isWhole, moreThan, netOf, percentOf, skuOf, sumsOf, taxOf } from '../src/office/books/reckoning';

test('a rate is typed as a percentage and sent as a fraction', () => {
  expect([percentOf('0.13'), percentOf('0.0'), percentOf('0.065'), percentOf(null)]).toEqual(['13', '0', '6.5', '']);
  expect([fractionOf('13'), fractionOf('6.5'), fractionOf(''), fractionOf(' 1 ')]).toEqual(['0.13', '0.065', '0', '0.01']);
  expect([fractionOf('100'), fractionOf('-1'), fractionOf('1.234'), fractionOf('x')]).toEqual([null, null, null, null]);
});

test('a line of an invoice comes out as the server reckons it', () => {
  expect(netOf('30', '133.20')).toBe(399600n);
  expect(netOf('1.542', '26')).toBe(4009n);
  expect(taxOf(400n, '0.13')).toBe(52n);
  expect(taxOf(450n, '0.13')).toBe(59n);
  expect([netOf('', '1'), netOf('0', '1'), netOf('1', 'x'), netOf('1', '-1')]).toEqual([null, null, null, null]);
});

test('what does not match is seen before it is sent', () => {
  expect([isAbove('5.10', '5.00', '0.02'), isAbove('5.100001', '5.00', '0.02'), isAbove('4.99', '5', '0')]).toEqual([false, true, false]);
  expect([moreThan('12', '10'), moreThan('10', '10'), moreThan('1', '-2'), moreThan('x', '1')]).toEqual(['2', null, '1', null]);
});

test('amounts are above zero and have two decimals', () => {
  expect([amountOf('1.23'), amountOf('0'), amountOf('-1'), amountOf('1.234'), amountOf('')]).toEqual([123n, null, null, null, null]);
  expect([amountOrNone(''), amountOrNone('0'), amountOrNone('-1')]).toEqual([0n, 0n, null]);
});

describe('a voucher by hand', () => {
  test('balances or does not', () => {
    expect(sumsOf([{ account: '5602', debit: '100.00', credit: '' }, { account: '1602', debit: '', credit: '99.99' }])).toEqual({ debit: 10000n, credit: 9999n });
  });

  test('has an account and one side in every line', () => {
    const line = { account: '5602 x', debit: '1', credit: '' };
    expect([isWhole(line), isWhole({ ...line, credit: '1' }), isWhole({ ...line, debit: '' }), isWhole({ ...line, account: '' }), isWhole({ ...line, credit: 'x' })]).toEqual([true, false, false, false, false]);
    expect([isBlank({ account: ' ', debit: '', credit: '' }), isBlank(line), codeOf(' 5602 x'), codeOf('')]).toEqual([true, false, '5602', '']);
    expect([skuOf(' milk-2 Milk 1 l'), skuOf('milk-2'), skuOf(' ')]).toEqual(['milk-2', 'milk-2', '']);
  });
});

test('a month is written as its readers write it', () => {
  expect([month('2026-01', 'zh-CN'), month('2026-11', 'en')]).toEqual(['2026年1月', 'Nov 2026']);
});
