// What was just recorded is in the books a second or two later; a page that shows the books waits for that, within reason.

import { api } from '../../state/session.svelte';

const TRIES = 12;
const PAUSE_MS = 400;

/** Comes back when nothing waits to be posted, or when it has waited long enough: the record stands either way. */
export async function untilPosted(): Promise<void> {
  for (let i = 0; i < TRIES; i += 1) {
    const waiting = await api.get<{ unposted: number }>('/v1/books/progress').catch(() => ({ unposted: 0 }));
    if (waiting.unposted === 0) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
