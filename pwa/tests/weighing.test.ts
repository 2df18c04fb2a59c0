// When a scale's number may be taken: only standing still, error-free, in a known unit, within calibration, captured and unused.

import { describe, expect, test } from 'vitest';
import { asTyped, inGoodsUnit, isWeighable, offer, type LiveWeight, type Situation } from '../src/core/weighing';
import { weighedOut, sourceOf, type Judged } from '../src/staff/parts/verdict';
import { mustBeWeighed, readingsOf, wireLine, type Line } from '../src/staff/parts/lines';

const live: LiveWeight = { device: 'scale-1', value: '1.250', unit: 'kg', stable: true, status: 'online', error: null, atMs: 1000 };
const captured = { reading: 'bridge-1/0a/7', value: '1.250', unit: 'kg', raw: '5320', cal_id: 'C1' };
const weighed = { device: 'scale-1', ...captured };
const now: Situation = { live, captured, calibration: 'ok', priced: true, goods: { unit: 'kg', decimals: 3 }, used: [], nowMs: 2000 };
const why = (more: Partial<Situation>): string => {
  const found = offer({ ...now, ...more });
  return found.ok ? 'ok' : found.why;
};

describe('a weight', () => {
  test('is taken with the reading and the frame it is traced by', () => {
    expect(offer(now)).toEqual({ ok: true, overdue: false, qty: '1.25', weighed });
  });

  test('is never taken while anything speaks against it, and never becomes a zero', () => {
    expect(why({ live: { ...live, stable: false } })).toBe('moving');
    expect(why({ live: { ...live, stable: null } })).toBe('moving');
    expect(why({ live: { ...live, error: 'overload', value: '0' } })).toBe('error');
    expect(why({ live: { ...live, stable: null, error: 'in_motion', value: null } })).toBe('moving');
    expect(why({ live: { ...live, value: null } })).toBe('error');
    expect(why({ live: { ...live, value: 'ERR' } })).toBe('error');
    expect(why({ live: { ...live, status: 'offline' } })).toBe('offline');
    expect(why({ live: { ...live, status: 'error' } })).toBe('error');
    expect(why({ live: null })).toBe('silent');
    expect(why({ nowMs: 6001 })).toBe('silent');
    expect(why({ live: { ...live, unit: null } })).toBe('unit');
    expect(why({ live: { ...live, unit: '[lb_av]' } })).toBe('unit');
    expect(why({ calibration: 'expired' })).toBe('calibration');
    expect(offer({ ...now, calibration: 'expired', priced: false })).toEqual({ ok: true, overdue: true, qty: '1.25', weighed });
    expect(why({ live: { ...live, value: '0.000' } })).toBe('empty');
    expect(why({ live: { ...live, value: '-0.100' } })).toBe('empty');
    expect(why({ goods: { unit: 'ea', decimals: 0 } })).toBe('goods_unit');
  });

  test('waits for its own capture, and is booked once', () => {
    expect(why({ captured: null })).toBe('wait');
    expect(why({ captured: { ...captured, value: '1.200' } })).toBe('wait');
    expect(why({ captured: { ...captured, unit: 'g' } })).toBe('wait');
    expect(why({ captured: { ...captured, value: '1.25' } })).toBe('ok');
    expect(why({ used: ['bridge-1/0a/7'] })).toBe('used');
    expect(why({ captured: { ...captured, booked: true } })).toBe('used');
    expect(offer({ ...now, captured: { ...captured, booked: false } })).toEqual({ ok: true, overdue: false, qty: '1.25', weighed });
  });

  test('that another phone had booked goes again as typed by hand, the other lines as they were', () => {
    const other = { ...weighed, reading: 'bridge-1/0a/8', value: '0.500' };
    const lines = [{ sku: 'cheese', qty: '1.25', weighed }, { sku: 'cheese', qty: '0.5', weighed: other }, { sku: 'milk', qty: '1' }];
    expect(asTyped({ lines, note: 'n' }, 'scale-1', '1.250')).toEqual({ lines: [{ sku: 'cheese', qty: '1.25', typed: true }, lines[1], lines[2]], note: 'n' });
    expect(asTyped({ lines: 'none' }, 'scale-1', '1.250')).toEqual({ lines: 'none' });
  });

  test('comes in the goods’ own unit and fineness, exactly', () => {
    expect([inGoodsUnit('1250', 'g', 'kg', 3), inGoodsUnit('1.2345', 'kg', 'kg', 3), inGoodsUnit('0.5', 'kg', '克', 0), inGoodsUnit('1', 'kg', 'ea', 0)]).toEqual(['1.25', '1.235', '500', null]);
    expect([isWeighable('公斤'), isWeighable('ea'), isWeighable('')]).toEqual([true, false, false]);
  });
});

describe('a line', () => {
  const line: Line = { id: '1', sku: 'cheese', name: 'Cheese', unit: 'kg', factor: '1', baseUnit: 'kg', decimals: 3, units: [], qty: '1.25', lot: '', expiry: '', produced: '', place: '', price: '26', amount: null, code: '' };

  test('carries the scale’s word, or that it was typed, never both', () => {
    expect(wireLine({ ...line, weighed, typed: true })).toEqual({ sku: 'cheese', qty: '1.25', weighed });
    expect(wireLine({ ...line, typed: true })).toEqual({ sku: 'cheese', qty: '1.25', typed: true });
    expect(wireLine(line)).toEqual({ sku: 'cheese', qty: '1.25' });
    expect(readingsOf([{ ...line, weighed }, { ...line, id: '2' }], '2')).toEqual(['bridge-1/0a/7']);
  });

  test('of goods by weight asks for the scale unless the code says how much', () => {
    const scanned = { item: { base_unit: 'kg' }, unit: '', qty: null, amount: null } as never as Parameters<typeof mustBeWeighed>[0];
    expect([mustBeWeighed(scanned), mustBeWeighed({ ...scanned, qty: '0.5' }), mustBeWeighed({ ...scanned, amount: '9.90' })]).toEqual([true, false, false]);
  });
});

describe('an inspected line', () => {
  const line: Judged = { sku: 'cheese', name: 'Cheese', lot: 'L', qty: '2.5', accepted: '2.5', held: '0', rejected: '0' };

  test('that is weighed in part leaves the rest where it may go', () => {
    const out = weighedOut(line, 'rejected', '1.25', weighed, true);
    expect([out.accepted, out.held, out.rejected]).toEqual(['1.25', '0', '1.25']);
    expect(sourceOf(out)).toEqual({ weighed });
    const shut = weighedOut({ ...line, accepted: '0', held: '2.5' }, 'rejected', '1.25', weighed, false);
    expect([shut.accepted, shut.held, shut.rejected]).toEqual(['0', '1.25', '1.25']);
  });

  test('does not pass a changed number off as the scale’s', () => {
    expect(sourceOf({ ...weighedOut(line, 'rejected', '1.25', weighed, true), rejected: '1.3' })).toEqual({});
    expect(sourceOf({ ...line, typed: true })).toEqual({ typed: true });
  });
});
