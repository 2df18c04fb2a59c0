// How far the phone's clock is off, and the ids it makes.

import { describe, expect, test } from 'vitest';
import { ClockOffset, sampleOf, serverMillis } from '../src/core/clock';
import { uuid7 } from '../src/core/uuid7';

describe('the clock offset', () => {
  test('the server is read at the middle of the round trip', () => {
    expect(sampleOf(1000, 1400, 5200).offsetMs).toBe(4000);
  });

  test('the quickest exchange is trusted most', () => {
    const clock = new ClockOffset();
    clock.add({ offsetMs: 900, roundTripMs: 1800, atMs: 1 });
    clock.add({ offsetMs: 40, roundTripMs: 20, atMs: 2 });
    clock.add({ offsetMs: 300, roundTripMs: 600, atMs: 3 });
    expect(clock.offsetMs).toBe(40);
  });

  test('a clock set by hand throws the old samples away', () => {
    const clock = new ClockOffset();
    clock.add({ offsetMs: 40, roundTripMs: 20, atMs: 1 });
    clock.add({ offsetMs: 3_600_000, roundTripMs: 90, atMs: 2 });
    expect(clock.offsetMs).toBe(3_600_000);
  });

  test('without any exchange it is unknown, not zero', () => {
    expect(new ClockOffset().offsetMs).toBeNull();
    expect(serverMillis(undefined)).toBeNull();
    expect(serverMillis('2026-11-22T00:00:00Z')).toBe(Date.UTC(2026, 10, 22));
  });
});

describe('ids', () => {
  test('a UUIDv7 carries its time in front and its version', () => {
    const id = uuid7(0x0123456789ab, new Uint8Array(10).fill(255));
    expect(id).toBe('01234567-89ab-7fff-bfff-ffffffffffff');
    expect(uuid7(1) < uuid7(2)).toBe(true);
  });
});
