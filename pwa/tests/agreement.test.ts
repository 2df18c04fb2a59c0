// When a camera reading may be believed.

import { describe, expect, test } from 'vitest';
import { Agreement } from '../src/core/agreement';

const bars = (text: string) => ({ text, symbology: 'EAN13', linear: true });
const square = (text: string) => ({ text, symbology: ']Q1', linear: false });

describe('agreement of camera readings', () => {
  test('bars need two equal readings on different frames within a second', () => {
    const agreement = new Agreement();
    expect(agreement.offer(bars('6926900602677'), 1, 0)).toBe(false);
    expect(agreement.offer(bars('6926900602677'), 1, 10)).toBe(false);
    expect(agreement.offer(bars('6926900602677'), 2, 100)).toBe(true);
  });

  test('two readings a second and a half apart do not agree', () => {
    const agreement = new Agreement();
    agreement.offer(bars('6926900602677'), 1, 0);
    expect(agreement.offer(bars('6926900602677'), 9, 1500)).toBe(false);
  });

  test('a misread between two good frames changes nothing', () => {
    const agreement = new Agreement();
    agreement.offer(bars('6926900602677'), 1, 0);
    expect(agreement.offer(bars('9074932437075'), 2, 50)).toBe(false);
    expect(agreement.offer(bars('6926900602677'), 3, 100)).toBe(true);
  });

  test('a square code is believed at once', () => {
    expect(new Agreement().offer(square('https://x'), 1, 0)).toBe(true);
  });

  test('a pack left in front of the camera is taken once, and again after it was away', () => {
    const agreement = new Agreement();
    agreement.offer(square('A'), 1, 0);
    expect(agreement.offer(square('A'), 2, 1000)).toBe(false);
    expect(agreement.offer(square('A'), 3, 3000)).toBe(false);
    expect(agreement.offer(square('A'), 4, 5600)).toBe(true);
  });
});
