// What the store's node tells open pages at once: the scale on the counter above all. Kept only while a page listens.

import { session } from './session.svelte';

export interface Weight {
  device: string;
  value: string;
  unit: string;
  stable: boolean;
  atMs: number;
}

/** Listens to the node's scales while the component lives; the latest stable weight, at most a few seconds old. */
export function scales(wanted: () => boolean): { readonly weight: Weight | null } {
  let weight = $state.raw<Weight | null>(null);

  $effect(() => {
    if (!wanted() || !session.online || session.me?.side !== 'edge') return;
    const source = new EventSource('/v1/live');
    const heard = (event: MessageEvent<string>): void => {
      const told = JSON.parse(event.data) as { device: string; value: string | number; unit: string; stable: boolean };
      weight = told.stable ? { device: told.device, value: String(told.value), unit: told.unit, stable: true, atMs: Date.now() } : null;
    };
    source.addEventListener('weight', heard);
    // A weight that nobody confirmed for five seconds may be of what lay there before.
    const fade = setInterval(() => {
      if (weight && Date.now() - weight.atMs > 5000) weight = null;
    }, 1000);
    return () => {
      source.close();
      clearInterval(fade);
    };
  });
  return {
    get weight() {
      return weight;
    },
  };
}
