// The store's scales while a page looks at them: what each shows now, told by the node, and the reading that the bridge captured.

import { api, session } from './session.svelte';
import type { Heard, LiveWeight } from '../core/weighing';
import { kindOf, type ShopDevice, type ShopDevices } from '../core/devices';

const CHOSEN = 'liushui.scale';
const USED = 'liushui.weighed';
const USED_MAX = 200;
const LOOK_AGAIN_MS = 2_500;

interface LiveTold {
  device: string;
  value: string | null;
  unit: string | null;
  stable: boolean | null;
  status?: string;
  error?: string | null;
  captured: boolean;
}

export interface Scales {
  readonly reachable: boolean;
  readonly loaded: boolean;
  readonly devices: readonly ShopDevice[];
  readonly live: Readonly<Record<string, LiveWeight>>;
  readonly captured: Readonly<Record<string, Heard | null>>;
  readonly nowMs: number;
  reload: () => Promise<void>;
}

/** All devices of the store as the node tells of them. */
export async function shopDevices(): Promise<ShopDevices> {
  const told = await api.get<ShopDevices>('/v1/devices');
  return { ...told, items: told.items.map((one) => ({ ...one, kind: kindOf(one) })) };
}

/** Listens while the component lives and `wanted` says so. */
export function scales(wanted: () => boolean): Scales {
  let devices = $state.raw<readonly ShopDevice[]>([]);
  let loaded = $state(false);
  let live = $state.raw<Record<string, LiveWeight>>({});
  let captured = $state.raw<Record<string, Heard | null>>({});
  let nowMs = $state(Date.now());
  const askedMs: Record<string, number> = {};
  const reachable = $derived(session.online && session.me?.side === 'edge');

  async function load(): Promise<void> {
    try {
      devices = (await shopDevices()).items.filter((one) => !one.retired);
      loaded = true;
    } catch {
      // Whoever speaks is still heard; the list comes with the next connection.
    }
  }
  async function look(device: string): Promise<void> {
    if (Date.now() - (askedMs[device] ?? 0) < 700) return;
    askedMs[device] = Date.now();
    try {
      const [newest] = (await api.get<{ weights: Heard[] }>(`/v1/devices/${encodeURIComponent(device)}/recent`)).weights;
      captured = { ...captured, [device]: newest ?? null };
    } catch {
      // Without its name a weight is not taken; the next word of the scale asks again.
    }
  }

  $effect(() => {
    if (!wanted() || !reachable) return;
    void load();
    const source = new EventSource('/v1/live');
    source.addEventListener('weight', (event: MessageEvent<string>) => {
      const told = JSON.parse(event.data) as LiveTold;
      if (told.captured) {
        askedMs[told.device] = 0;
        void look(told.device);
        return;
      }
      nowMs = Date.now();
      live = { ...live, [told.device]: { device: told.device, value: told.value, unit: told.unit, stable: told.stable, status: told.status ?? 'online', error: told.error ?? null, atMs: nowMs } };
      const known = captured[told.device];
      // Again and again while it stands there: another phone may have booked it meanwhile.
      const stale = nowMs - (askedMs[told.device] ?? 0) > LOOK_AGAIN_MS;
      if (told.stable && (!known || known.value !== told.value || stale)) void look(told.device);
    });
    const tick = setInterval(() => (nowMs = Date.now()), 1000);
    return () => {
      source.close();
      clearInterval(tick);
      live = {};
    };
  });
  return {
    get reachable() {
      return reachable;
    },
    get loaded() {
      return loaded;
    },
    get devices() {
      return devices;
    },
    get live() {
      return live;
    },
    get captured() {
      return captured;
    },
    get nowMs() {
      return nowMs;
    },
    reload: load,
  };
}

export const chosenScale = (): string => localStorage.getItem(CHOSEN) ?? '';
export const chooseScale = (device: string): void => localStorage.setItem(CHOSEN, device);

/** Readings this phone has booked: the same one is not offered again. */
export function booked(): string[] {
  try {
    return JSON.parse(localStorage.getItem(USED) ?? '[]') as string[];
  } catch {
    return [];
  }
}
export function book(readings: readonly string[]): void {
  if (readings.length > 0) localStorage.setItem(USED, JSON.stringify([...booked(), ...readings].slice(-USED_MAX)));
}
