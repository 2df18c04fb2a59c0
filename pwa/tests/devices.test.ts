// The one sentence about a device, what comes first in the list, and what goes into the register.

import { describe, expect, test } from 'vitest';
import { byNeed, conditionOf, freeName, kindOf, portsOf, registration, type ShopDevice } from '../src/core/devices';

const NOW = Date.parse('2026-11-23T03:00:00Z');
const fridge: ShopDevice = {
  device: 'fridge-1', kind: 'sensor', name: 'Fridge', registered: true, retired: false, bridge: 'b', template: '', protocol: '', port: '', make: '', model: '', serial: '', place: '', place_name: '', quantity: 'temperature', unit: 'Cel', high: '8', low: '2',
  limits_by: 'node', certificate: '', cal_due: null, cal_state: 'none', verification_class: '', max: null, e: null, min: null, status: 'online', last_seen: '2026-11-23T02:59:00Z', battery: null, readings: [{ quantity: 'temperature', value: '4', unit: 'Cel', quality: 'good', at: null }],
};
const reading = (value: string, quality = 'good') => ({ readings: [{ quantity: 'temperature', value, unit: 'Cel', quality, at: null }] });

describe('the state of a device', () => {
  test.each<[string, Partial<ShopDevice>]>([
    ['fine', {}],
    ['error', { status: 'error' }],
    ['silent', { status: 'offline' }],
    ['silent', { last_seen: '2026-11-21T00:00:00Z' }],
    ['silent', { kind: 'scale', status: 'unknown' }],
    ['never', { status: 'unknown', last_seen: null }],
    ['battery', { battery: '9' }],
    ['overdue', { cal_state: 'expired' }],
    ['due_soon', { cal_state: 'due_soon' }],
    ['too_high', reading('11')],
    ['too_low', reading('-1')],
    ['doubtful', reading('4', 'suspect')],
    ['unregistered', { registered: false }],
    ['retired', { retired: true, status: 'error' }],
  ])('is %s', (condition, more) => {
    expect(conditionOf({ ...fridge, ...more }, NOW)).toBe(condition);
  });

  test('listens to a live error before the list knows of it', () => {
    expect(conditionOf({ ...fridge, kind: 'scale' }, NOW, 'overload')).toBe('error');
    expect(conditionOf({ ...fridge, kind: 'scale' }, NOW, 'in_motion')).toBe(conditionOf({ ...fridge, kind: 'scale' }, NOW));
  });

  test('puts what needs somebody first', () => {
    const flat = { ...fridge, device: 'b', name: 'B', battery: '3' };
    const warm = { ...fridge, device: 'c', name: 'C', ...reading('12') };
    expect(byNeed([fridge, flat, warm], NOW).map((one) => one.device)).toEqual(['c', 'b', 'fridge-1']);
  });
});

test('a device nobody has registered is what it speaks', () => {
  const other: ShopDevice = { ...fridge, kind: 'other', registered: false, readings: [] };
  expect([kindOf({ ...other, protocol: 'mt_sics' }), kindOf({ ...other, protocol: 'keyboard_scanner' }), kindOf({ ...other, readings: fridge.readings }), kindOf({ ...other, registered: true })]).toEqual(['scale', 'scanner', 'sensor', 'other']);
});

describe('the register', () => {
  test('gets the whole record without its empty words', () => {
    expect(registration({ ...fridge, place: 'fridge-1' })).toEqual({ device: 'fridge-1', device_kind: 'sensor', name: 'Fridge', bridge: 'b', place: 'fridge-1', quantity: 'temperature', unit: 'Cel', high: '8', low: '2' });
  });

  test('gets a name that nobody has', () => {
    expect(freeName('scale', ['scale-1', 'scale-2'])).toBe('scale-3');
  });

  test('reads a box’s ports in their order', () => {
    expect(portsOf({ id: 'x', '1': 'hidraw:0922:8003 DYMO M10', '0': '/dev/ttyUSB0 ttyUSB0' })).toEqual([
      { port: '/dev/ttyUSB0', name: 'ttyUSB0' },
      { port: 'hidraw:0922:8003', name: 'DYMO M10' },
    ]);
  });
});
