// The device's own store, opened once, and the outbox on it: what waits, what was refused, and when to try to deliver.

import { readMeta, writeMeta, type Database, type Entry } from '../core/db';
import { Outbox, type Counts, type Put } from '../core/outbox';
import { keepPhoto, makePhoto, thinPhotos, uploadPhotos, type MadePhoto } from '../core/photos';
import { syncCatalogue } from '../core/catalogue';
import { uuid7 } from '../core/uuid7';
import { database } from './database';
import { api, goBy, session } from './session.svelte';

const MARK = 'liushui.device';
const EVERY_MS = 3000;
const CATALOGUE_EVERY_MS = 120_000;
const THIN_EVERY_MS = 600_000;

interface Mark {
  device: string;
  seq: number;
}

export const outboxState = $state<Counts & { photos: number; entries: Entry[]; storageLost: boolean; revoked: boolean; persisted: boolean | null; catalogue: number }>({
  waiting: 0,
  refused: 0,
  oldestWaitingMs: null,
  ageing: 0,
  overdue: 0,
  photos: 0,
  entries: [],
  storageLost: false,
  revoked: false,
  persisted: null,
  catalogue: 0,
});

function mark(): Mark | null {
  try {
    return JSON.parse(localStorage.getItem(MARK) ?? 'null') as Mark | null;
  } catch {
    return null;
  }
}

let opened: Promise<{ db: Database; outbox: Outbox }> | null = null;
const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('liushui.outbox') : null;

/** The device's database and outbox; the first call opens them and starts the delivery. */
export function device(): Promise<{ db: Database; outbox: Outbox }> {
  opened ??= open();
  return opened;
}

async function open(): Promise<{ db: Database; outbox: Outbox }> {
  const db = await database();
  const outbox = new Outbox(db, {
    api,
    user: () => (session.me?.signed_in ? (session.me.user?.user ?? null) : null),
    alone: (work) => navigator.locks.request('liushui.outbox', { ifAvailable: true }, async (lock) => (lock ? work() : undefined)),
    changed: () => {
      void refresh();
      channel?.postMessage('changed');
    },
    revoked: (revoked) => (outboxState.revoked = revoked),
    // Storage that the system cleared takes the counter with it; going on from the surviving mark lets the node see the gap.
    deviceId: () => mark()?.device ?? null,
    firstDevSeq: () => mark()?.seq ?? 0,
    noteDevSeq: (deviceId, seq) => localStorage.setItem(MARK, JSON.stringify({ device: deviceId, seq } satisfies Mark)),
  });
  if ((await readMeta(db, 'device_id')) === undefined) {
    const survivor = mark();
    outboxState.storageLost = survivor !== null && survivor.seq > 0;
    await writeMeta(db, 'device_id', survivor?.device ?? uuid7(Date.now()));
  }
  goBy((await readMeta<string>(db, 'device_id'))!);
  channel?.addEventListener('message', () => void refresh());
  setInterval(() => void deliver(), EVERY_MS);
  addEventListener('online', () => void deliver(true));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void deliver(true);
  });
  outboxState.persisted = (await navigator.storage?.persisted?.()) ?? null;
  return { db, outbox };
}

/** Asks the browser to keep our data even when space runs short; answers whether it agreed. */
export async function askToPersist(): Promise<void> {
  outboxState.persisted = (await navigator.storage?.persist?.()) ?? null;
}

let onRefused: ((entry: Entry) => void) | null = null;
/** Operations whose answer somebody waits for in an open form, which says itself why the node refused. */
export const awaited = new Set<string>();

/** Calls back once for each operation the node has just refused, so that the person hears of it wherever they are. */
export function whenRefused(callback: (entry: Entry) => void): void {
  onRefused = callback;
}

export async function refresh(): Promise<void> {
  const { db, outbox } = await device();
  const queued = new Set(outboxState.entries.filter((e) => e.state === 'queued').map((e) => e.op_id));
  Object.assign(outboxState, await outbox.counts());
  outboxState.entries = await outbox.entries();
  for (const entry of outboxState.entries) if (entry.state === 'refused' && queued.has(entry.op_id) && !awaited.has(entry.op_id)) onRefused?.(entry);
  outboxState.photos = await db.countFromIndex('photos', 'state', 'queued');
}

let catalogueAfter = 0;
let thinAfter = 0;

/** Delivers what waits, then photos, then looks for news of the catalogue. */
export async function deliver(force = false): Promise<void> {
  if (!session.me?.signed_in || session.expired || session.me.side !== 'edge') return;
  const { db, outbox } = await device();
  await outbox.flush({ force });
  if (outboxState.photos > 0 && outboxState.waiting === 0 && session.online) {
    await navigator.locks.request('liushui.photos', { ifAvailable: true }, async (lock) => {
      if (lock) outboxState.photos = await uploadPhotos(db, api);
    });
  }
  if (Date.now() > thinAfter) {
    thinAfter = Date.now() + THIN_EVERY_MS;
    await thinPhotos(db, Date.now());
  }
  if (Date.now() > catalogueAfter && (force || document.visibilityState === 'visible')) {
    catalogueAfter = Date.now() + CATALOGUE_EVERY_MS;
    await refreshCatalogue().catch(() => (catalogueAfter = Date.now() + 10_000));
  }
}

export async function refreshCatalogue(): Promise<void> {
  const { db } = await device();
  await syncCatalogue(db, api);
  outboxState.catalogue = await db.count('items');
}

/** Records what the person did. It is on the device for good when this answers; the delivery goes on by itself. */
export async function record(put: Put): Promise<Entry> {
  const { outbox } = await device();
  const entry = await outbox.put($state.snapshot(put) as Put);
  void deliver();
  return entry;
}

/** Makes a photo small and keeps it; the caller decides by its quality whether to ask for another. */
export async function preparePhoto(source: Blob | ImageBitmap): Promise<MadePhoto> {
  return makePhoto(source, Date.now());
}

export async function storePhoto(made: MadePhoto): Promise<string> {
  const { db } = await device();
  await keepPhoto(db, made.photo);
  await refresh();
  return made.photo.sha256;
}
