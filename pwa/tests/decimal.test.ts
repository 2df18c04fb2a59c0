// Exact amounts and quantities: the same sums the books make, to the last minor unit.

import { describe, expect, test } from 'vitest';
import { divideHalfUp, formatMicros, formatMinor, lineAmount, parseMicros, parseMinor, qtyForAmount, timesFactor } from '../src/core/decimal';

describe('decimals', () => {
  test('a quantity is read and written without a float', () => {
    expect(parseMicros('1.542')).toBe(1_542_000n);
    expect(formatMicros(1_542_000n)).toBe('1.542');
    expect(formatMicros(12_000_000n)).toBe('12');
    expect(formatMicros(-500_000n)).toBe('-0.5');
  });

  test.each(['', '.', '-', '1e3', '1,000', '１２', ' 1 2', 'NaN', '1.2345678', '0x10', '1234567890123456'])('%j is not a quantity', (text) => {
    expect(parseMicros(text)).toBeNull();
  });

  test('trailing zeros beyond six places do no harm', () => {
    expect(parseMicros('1.20000000')).toBe(1_200_000n);
    expect(parseMicros('.5')).toBe(500_000n);
  });

  test('1.542 kg at 26.00 is 40.09, half up once', () => {
    expect(lineAmount(parseMicros('1.542')!, parseMicros('26.00')!, 2)).toBe(4009n);
    expect(lineAmount(parseMicros('0.5')!, parseMicros('0.01')!, 2)).toBe(1n);
  });

  test('a label of 40.08 at 26.00 a kilo stands for 1.542 kg', () => {
    expect(qtyForAmount(4008n, parseMicros('26.00')!, 2, 1000n)).toBe(1_542_000n);
    expect(qtyForAmount(4008n, 0n, 2, 1000n)).toBeNull();
  });

  test('amounts keep all decimals of their currency', () => {
    expect(formatMinor(5n, 2)).toBe('0.05');
    expect(formatMinor(-1250n, 2)).toBe('-12.50');
    expect(formatMinor(1250n, 0)).toBe('1250');
    expect(parseMinor('12.5', 2)).toBe(1250n);
    expect(parseMinor('12.505', 2)).toBeNull();
  });

  test('half is rounded away from zero on both sides', () => {
    expect(divideHalfUp(5n, 10n)).toBe(1n);
    expect(divideHalfUp(-5n, 10n)).toBe(-1n);
    expect(divideHalfUp(4n, 10n)).toBe(0n);
  });

  test('packs become base units by their exact factor', () => {
    expect(timesFactor(parseMicros('3')!, '24')).toBe(72_000_000n);
  });
});
