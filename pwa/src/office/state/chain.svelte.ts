// The chain as every page's head needs it: which stores there are, and how fresh each one's figures are. Asked again each minute
// while the page is looked at.

import type { StoreNode } from '../../lib/api/office_types';
import { api, may } from '../../state/session.svelte';
import { latest } from './scope.svelte';

const EVERY_MS = 60_000;

export const chain = $state<{ nodes: StoreNode[]; asked: boolean }>({ nodes: [], asked: false });

export async function refreshChain(): Promise<void> {
  if (!may('node.read')) return;
  try {
    chain.nodes = (await api.get<{ nodes: StoreNode[] }>('/v1/reports/nodes')).nodes;
  } catch {
    // The line under the heading keeps what it knew; the page itself says when head office cannot be reached.
  }
  chain.asked = true;
}

/** Learns the chain's latest business day, which may lie far from this device's today while old sales are brought in. */
async function learnDay(): Promise<void> {
  if (latest.day !== null || !may('reports.read')) return;
  try {
    latest.day = (await api.get<{ to: string }>('/v1/reports/sales', { by: 'day', limit: 1 })).to;
  } catch {
    // Then the presets count back from this device's today.
  }
}

/** Asks now and then again; returns how to stop. */
export function followChain(): () => void {
  void refreshChain();
  void learnDay();
  const timer = setInterval(() => document.visibilityState === 'visible' && void refreshChain(), EVERY_MS);
  return () => clearInterval(timer);
}

export function storeName(store: string | null | undefined): string {
  if (!store) return '';
  return chain.nodes.find((node) => node.store === store)?.name || store;
}

export interface Freshness {
  stores: number;
  late: StoreNode[];
  /** The moment up to which every store that is not late has reported. */
  asOf: string | null;
}

/** How far the figures can be trusted: all figures stand at least until `asOf`, but for the late stores. */
export function freshnessOf(nodes: readonly StoreNode[]): Freshness {
  const late = nodes.filter((node) => node.state !== 'ok');
  const times = nodes.filter((node) => node.state === 'ok' && node.last_sync_at).map((node) => node.last_sync_at!);
  const asOf = times.reduce<string | null>((least, at) => (least === null || Date.parse(at) < Date.parse(least) ? at : least), null);
  return { stores: nodes.length, late, asOf };
}
