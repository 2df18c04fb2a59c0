// Everything the app keeps on the device, in one IndexedDB database: operations waiting to be delivered, photos, the catalogue,
// unfinished work, and a few single values. Operations are written with strict durability, the rest may be rebuilt.

import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { CatalogueItem, Message } from '../lib/api/types';

export type EntryState = 'queued' | 'accepted' | 'synced' | 'stable' | 'refused' | 'discarded';

/** One operation a person did, from the moment it is safe on the device until every copy that matters has it. */
export interface Entry {
  seq: number;
  op_id: string;
  device_id: string;
  dev_seq: number;
  kind: string;
  body: Record<string, unknown>;
  at_ms: number;
  offset_ms: number | null;
  user: string;
  state: EntryState;
  /** What the list shows without asking anybody: names of the first goods and how many lines. */
  about: { names: string[]; lines: number; amount?: string };
  log?: string;
  log_seq?: number;
  error?: Message;
  warnings?: Message[];
  tries: number;
  changed_ms: number;
  replaces?: string;
}

export interface StoredPhoto {
  sha256: string;
  /** Dropped once the server has it; the small picture stays for the lists. */
  full: ArrayBuffer | null;
  thumb: ArrayBuffer;
  mime: string;
  size: number;
  state: 'queued' | 'uploaded' | 'refused';
  made_ms: number;
}

export interface CodeRow {
  code: string;
  sku: string;
  unit: string;
  factor: string;
}

export interface LiushuiSchema extends DBSchema {
  outbox: { key: number; value: Entry; indexes: { op_id: string; state: string } };
  photos: { key: string; value: StoredPhoto; indexes: { state: string } };
  items: { key: string; value: CatalogueItem };
  codes: { key: string; value: CodeRow; indexes: { sku: string } };
  drafts: { key: string; value: { name: string; value: unknown; changed_ms: number } };
  meta: { key: string; value: { name: string; value: unknown } };
}

export type Database = IDBPDatabase<LiushuiSchema>;

export function openDatabase(name = 'liushui'): Promise<Database> {
  return openDB<LiushuiSchema>(name, 1, {
    upgrade(db) {
      const outbox = db.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true });
      outbox.createIndex('op_id', 'op_id', { unique: true });
      outbox.createIndex('state', 'state');
      db.createObjectStore('photos', { keyPath: 'sha256' }).createIndex('state', 'state');
      db.createObjectStore('items', { keyPath: 'sku' });
      db.createObjectStore('codes', { keyPath: 'code' }).createIndex('sku', 'sku');
      db.createObjectStore('drafts', { keyPath: 'name' });
      db.createObjectStore('meta', { keyPath: 'name' });
    },
    blocking: (_current, _next, event) => (event.target as IDBDatabase).close(),
  });
}

export async function readMeta<T>(db: Database, name: string): Promise<T | undefined> {
  return (await db.get('meta', name))?.value as T | undefined;
}

export async function writeMeta(db: Database, name: string, value: unknown): Promise<void> {
  await db.put('meta', { name, value });
}
