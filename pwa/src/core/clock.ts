// How far this device's clock is from its server's, measured at each contact. The offset travels with every operation,
// because a count made on a phone with a wrong clock must still be placed before or after the right sales.

export interface ClockSample {
  offsetMs: number;
  roundTripMs: number;
  atMs: number;
}

const KEEP = 8;

/** The device's offset from one exchange: the server's time is taken to be that of the middle of the round trip. */
export function sampleOf(sentMs: number, receivedMs: number, serverMs: number): ClockSample {
  return {
    offsetMs: Math.round(serverMs - (sentMs + receivedMs) / 2),
    roundTripMs: receivedMs - sentMs,
    atMs: receivedMs,
  };
}

/** Milliseconds of a server_time, given as RFC 3339 text or as a number of milliseconds; null when it is neither. */
export function serverMillis(value: unknown): number | null {
  const ms = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(ms) ? ms : null;
}

/** Keeps the latest samples and answers with the one of the shortest round trip, which is the least disturbed. */
export class ClockOffset {
  private samples: ClockSample[] = [];

  add(sample: ClockSample): void {
    const last = this.samples.at(-1);
    // A clock that was set by hand makes the old samples worthless.
    if (last && Math.abs(last.offsetMs - sample.offsetMs) > 5000 + sample.roundTripMs) this.samples = [];
    this.samples = [...this.samples, sample].slice(-KEEP);
  }

  get offsetMs(): number | null {
    return this.samples.reduce<ClockSample | null>((best, s) => (!best || s.roundTripMs < best.roundTripMs ? s : best), null)
      ?.offsetMs ?? null;
  }
}
