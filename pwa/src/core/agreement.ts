// When a camera reading may be believed. A code of bars can be misread and still pass its check digit, so it must be read twice,
// equal, on different frames within a second; a square code corrects its own errors and once is enough. The same code is not
// taken again while the pack is still in front of the camera.

export interface CameraReading {
  text: string;
  symbology: string;
  linear: boolean;
}

export const AGREE_WITHIN_MS = 1000;
export const SAME_AGAIN_AFTER_MS = 2500;

export class Agreement {
  private seen = new Map<string, { frame: number; atMs: number }>();
  private last: { text: string; atMs: number } | null = null;

  /** Offers one reading; true when it is now to be believed and handed on. */
  offer(reading: CameraReading, frame: number, atMs: number): boolean {
    if (this.last?.text === reading.text && atMs - this.last.atMs < SAME_AGAIN_AFTER_MS) {
      this.last.atMs = atMs;
      return false;
    }
    if (reading.linear) {
      const before = this.seen.get(reading.text);
      this.seen.set(reading.text, { frame, atMs });
      if (!before || before.frame === frame || atMs - before.atMs > AGREE_WITHIN_MS) return false;
    }
    this.seen.clear();
    this.last = { text: reading.text, atMs };
    return true;
  }

  /** The next reading counts even when it is the same code: a new line was asked for. */
  reset(): void {
    this.seen.clear();
    this.last = null;
  }
}
