// Which of the store's scanners stands beside this screen: its settings say how to read what it types, and what a scanner on
// the store's node reads comes here and to no other screen.

import { scannersOf } from '../core/catalogue';
import type { ScannerSetting } from '../lib/api/types';
import { device } from './device.svelte';
import { shopDevices } from './scale.svelte';
import { session } from './session.svelte';

const CHOSEN = 'liushui.scanner';

export const scanner = $state({ chosen: localStorage.getItem(CHOSEN) ?? '' });

export function choose(name: string): void {
  scanner.chosen = name;
  localStorage.setItem(CHOSEN, name);
}

export async function known(): Promise<ScannerSetting[]> {
  return scannersOf((await device()).db);
}

/** Every scanner a screen may choose: those head office has set, and those the store has added itself, which read by the standard. */
export async function choices(): Promise<{ scanner: string; name: string }[]> {
  const set = await known();
  if (!session.online || session.me?.side !== 'edge') return set;
  const added = await shopDevices().then(
    (told) => told.items.filter((one) => one.kind === 'scanner' && one.registered && !one.retired && !set.some((known) => known.scanner === one.device)),
    // Without the node head office's are enough to go on with; the others come with the next connection.
    () => [],
  );
  return [...set, ...added.map((one) => ({ scanner: one.device, name: one.name }))];
}

/** The settings of a scanner by its name; null reads by the standard. */
export async function settingOf(name: string): Promise<ScannerSetting | null> {
  return name ? ((await known()).find((one) => one.scanner === name) ?? null) : null;
}

/** Listens to the chosen scanner on the node while the component lives. */
export function listenToNode(heard: (scan: { text: string; symbology: string | null; scanner: string }) => void): void {
  $effect(() => {
    const mine = scanner.chosen;
    if (!mine || !session.online || session.me?.side !== 'edge') return;
    const source = new EventSource('/v1/live');
    source.addEventListener('scan', (event: MessageEvent<string>) => {
      const told = JSON.parse(event.data) as { device: string; raw: string; symbology: string | null };
      if (told.device === mine) heard({ text: told.raw, symbology: told.symbology, scanner: mine });
    });
    return () => source.close();
  });
}
