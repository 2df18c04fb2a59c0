// Unfinished work (a basket, a half-done count) that survives a closed tab, a dead battery and a killed browser. Every change is
// written to the device; the operation that completes the work removes it in the same transaction.

import { device } from './device.svelte';

export interface Draft<T> {
  value: T;
  readonly name: string;
  readonly loaded: boolean;
  reset: () => void;
}

/** A draft by name, starting from `empty()`; call it during a component's set-up. */
export function draft<T>(name: string, empty: () => T): Draft<T> {
  let value = $state(empty());
  let loaded = $state(false);

  void device().then(async ({ db }) => {
    const stored = await db.get('drafts', name);
    if (stored) value = stored.value as T;
    loaded = true;
  });
  $effect(() => {
    const snapshot = $state.snapshot(value) as unknown;
    if (loaded) void device().then(({ db }) => db.put('drafts', { name, value: snapshot, changed_ms: Date.now() }));
  });
  return {
    name,
    get value() {
      return value;
    },
    set value(next: T) {
      value = next;
    },
    get loaded() {
      return loaded;
    },
    reset: () => (value = empty()),
  };
}
