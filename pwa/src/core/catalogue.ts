// The store's goods on the phone: found by code in a few milliseconds with fifty thousand of them and no network, and kept up
// to date by asking only for what changed since the version already here.

import type { Api } from './api';
import { readMeta, type CodeRow, type Database } from './db';
import type { CatalogueAnswer, CatalogueItem, LabelTemplate, ScannerSetting } from '../lib/api/types';

export interface Found {
  item: CatalogueItem;
  unit: string;
  factor: string;
}

/** The form a code is looked up by: a trade number is one number however many zeros lead it. */
export function lookupKey(code: string): string {
  return /^(?:[0-9]{8}|[0-9]{12,14})$/.test(code) ? code.padStart(14, '0') : code;
}

function codeRows(item: CatalogueItem): CodeRow[] {
  return item.barcodes.map((b) => ({ code: lookupKey(b.code), sku: item.sku, unit: b.unit, factor: b.factor }));
}

/** Brings the catalogue up to the server's version. Readers see the old one or the new one, never a mixture. */
export async function syncCatalogue(db: Database, api: Pick<Api, 'get'>): Promise<number> {
  const since = await readMeta<number | string>(db, 'catalogue_version');
  const answer = await api.get<CatalogueAnswer>('/v1/catalogue', since === undefined ? {} : { since });
  const tx = db.transaction(['items', 'codes', 'meta'], 'readwrite');
  const items = tx.objectStore('items');
  const codes = tx.objectStore('codes');
  const dropCodes = async (sku: string): Promise<void> => {
    for (const key of await codes.index('sku').getAllKeys(sku)) await codes.delete(key);
  };
  if (answer.full) {
    await items.clear();
    await codes.clear();
  }
  for (const sku of answer.removed) {
    await dropCodes(sku);
    await items.delete(sku);
  }
  const writes: Promise<unknown>[] = [];
  for (const item of answer.items) {
    if (!answer.full) await dropCodes(item.sku);
    writes.push(items.put(item));
    for (const row of codeRows(item)) writes.push(codes.put(row));
  }
  await Promise.all(writes);
  await tx.objectStore('meta').put({ name: 'templates', value: answer.templates });
  await tx.objectStore('meta').put({ name: 'scanners', value: answer.scanners ?? [] });
  await tx.objectStore('meta').put({ name: 'catalogue_version', value: answer.version });
  await tx.done;
  return answer.items.length + answer.removed.length;
}

/** The goods behind a code (any printed form of it) or an article number; null when this store does not know it. */
export async function findCode(db: Database, code: string): Promise<Found | null> {
  const row = (await db.get('codes', lookupKey(code))) ?? (await db.get('codes', code));
  if (row) {
    const item = await db.get('items', row.sku);
    return item ? { item, unit: row.unit, factor: row.factor } : null;
  }
  const item = await db.get('items', code);
  return item ? { item, unit: item.base_unit, factor: '1' } : null;
}

/** What this store's scanners send, by head office's settings. */
export async function scannersOf(db: Database): Promise<ScannerSetting[]> {
  return (await readMeta<ScannerSetting[]>(db, 'scanners')) ?? [];
}

export async function templatesOf(db: Database): Promise<LabelTemplate[]> {
  return (await readMeta<LabelTemplate[]>(db, 'templates')) ?? [];
}

interface Searchable {
  version: unknown;
  rows: { item: CatalogueItem; text: string }[];
}
const indexes = new WeakMap<Database, Promise<Searchable>>();

/** All goods with the text they are searched by, read once for each version of the catalogue. */
async function searchable(db: Database): Promise<Searchable> {
  const version = await readMeta(db, 'catalogue_version');
  const kept = indexes.get(db);
  if (kept && (await kept).version === version) return kept;
  const made = db.getAll('items').then((items) => ({
    version,
    rows: items.map((item) => ({ item, text: `${item.name} ${item.sku} ${item.barcodes.map((b) => b.code).join(' ')}`.toLowerCase() })),
  }));
  indexes.set(db, made);
  return made;
}

/** Goods whose name, number or code contains every word of the query, best first; works without a network. */
export async function searchItems(db: Database, query: string, limit = 40): Promise<CatalogueItem[]> {
  const words = query.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const starts: CatalogueItem[] = [];
  const rest: CatalogueItem[] = [];
  for (const { item, text } of (await searchable(db)).rows) {
    if (!words.every((word) => text.includes(word))) continue;
    if (text.startsWith(words[0]!)) starts.push(item);
    else if (rest.length < limit) rest.push(item);
    if (starts.length >= limit) break;
  }
  return [...starts, ...rest].slice(0, limit);
}
