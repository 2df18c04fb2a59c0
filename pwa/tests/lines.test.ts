// What a line of a sale costs: by the list, by a printed label, by a price somebody may change, with something taken off.

import { describe, expect, test } from 'vitest';
import { amountOf, isLowered, priceFault, totalOf, wirePrice, type Line } from '../src/staff/parts/lines';

const line = (more: Partial<Line> = {}): Line => ({
  id: '1', sku: 'milk', name: 'Milk', unit: 'ea', factor: '1', baseUnit: 'ea', decimals: 0, units: [], qty: '2', lot: '', expiry: '', produced: '', place: '', price: '12.5', amount: null, code: '', ...more,
});

describe('a line of a sale', () => {
  test('costs what the list says and tells the node nothing about it', () => {
    expect([amountOf(line(), 2), wirePrice(line(), 2), isLowered(line())]).toEqual([2500n, {}, false]);
  });

  test('costs its own price where one is given, also for goods without one', () => {
    expect([amountOf(line({ ownPrice: '9.99' }), 2), wirePrice(line({ ownPrice: '9.99' }), 2)]).toEqual([1998n, { unit_price: '9.99' }]);
    expect([amountOf(line({ price: null }), 2), amountOf(line({ price: null, ownPrice: '3' }), 2)]).toEqual([null, 600n]);
  });

  test('has the discount taken off once, whatever the quantity', () => {
    const lowered = line({ discount: '1.50' });
    expect([amountOf(lowered, 2), wirePrice(lowered, 2), isLowered(lowered), totalOf([lowered, line()], 2)]).toEqual([2350n, { discount: '1.50' }, true, 4850n]);
  });

  test('keeps the label’s printed amount, less what comes off', () => {
    const label = line({ amount: '40.08' });
    expect(wirePrice(label, 2)).toEqual({ amount: '40.08' });
    expect(wirePrice({ ...label, discount: '0.08' }, 2)).toEqual({ discount: '0.08', amount: '40.00' });
  });

  test('names what is wrong with a changed price', () => {
    expect([priceFault(line(), 2), priceFault(line({ ownPrice: '0' }), 2), priceFault(line({ discount: '25' }), 2)]).toEqual([null, null, null]);
    expect([priceFault(line({ ownPrice: '-1' }), 2), priceFault(line({ ownPrice: 'x' }), 2)]).toEqual(['price', 'price']);
    expect([priceFault(line({ discount: '25.01' }), 2), priceFault(line({ discount: '-1' }), 2), priceFault(line({ discount: '0.001' }), 2)]).toEqual(['discount', 'discount', 'discount']);
  });
});
