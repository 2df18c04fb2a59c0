// Scanners that type: fast keys are a scan, slow keys are a person.

import { describe, expect, test } from 'vitest';
import { characterOf, Wedge } from '../src/core/wedge';

function type(wedge: Wedge, codes: readonly string[], everyMs: number, startMs = 1000): string[] {
  const scans: string[] = [];
  codes.forEach((code, i) => {
    const { scan } = wedge.feed({ code, key: 'Process', shift: false, ctrl: false, atMs: startMs + i * everyMs });
    if (scan !== null) scans.push(scan);
  });
  return scans;
}
const digits = (text: string): string[] => [...text].map((d) => `Digit${d}`);

describe('a keyboard wedge', () => {
  test('a fast burst ended by Enter is one scan, even while an input method hides the characters', () => {
    expect(type(new Wedge(), [...digits('6926900602677'), 'Enter'], 4)).toEqual(['6926900602677']);
  });

  test('fingers are no scanner', () => {
    expect(type(new Wedge(), [...digits('6926900602677'), 'Enter'], 120)).toEqual([]);
  });

  test('Tab ends a scan too, and the next one starts clean', () => {
    const wedge = new Wedge();
    expect(type(wedge, [...digits('96385074'), 'Tab'], 5)).toEqual(['96385074']);
    expect(type(wedge, [...digits('12345670'), 'NumpadEnter'], 5, 9000)).toEqual(['12345670']);
  });

  test('the GS1 separator comes as Ctrl+] or F8', () => {
    expect(characterOf({ code: 'BracketRight', shift: false, ctrl: true })).toBe('\x1d');
    expect(characterOf({ code: 'F8', shift: false, ctrl: false })).toBe('\x1d');
  });

  test('letters and signs follow the US layout the scanners use', () => {
    expect(characterOf({ code: 'KeyL', shift: true, ctrl: false })).toBe('L');
    expect(characterOf({ code: 'BracketRight', shift: false, ctrl: false })).toBe(']');
    expect(characterOf({ code: 'Digit9', shift: true, ctrl: false })).toBe('(');
  });
});
