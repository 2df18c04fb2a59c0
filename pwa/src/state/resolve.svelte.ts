// From a scan, a wedge or typed text to the goods it names: read the code, look it up on the device, and only when the device
// does not know it, ask the node.

import { CodeError, expandUpcE, readCode, readScan, type ScannedCode } from '../core/barcode';
import { findCode, templatesOf, type Found } from '../core/catalogue';
import { formatMicros, formatMinor } from '../core/decimal';
import type { CatalogueItem, ScanAnswer } from '../lib/api/types';
import { device } from './device.svelte';
import { today } from './format.svelte';
import { settingOf } from './scanner.svelte';
import { api, currency, session } from './session.svelte';

export interface Scanned {
  /** What is sent with the operation, so that the node can read the code again. */
  raw: string;
  item: CatalogueItem | null;
  unit: string;
  factor: string;
  lot: string | null;
  expiry: string | null;
  produced: string | null;
  /** A weight or a count from the label, in the goods' base unit. */
  qty: string | null;
  /** The price printed on the label for the whole line. */
  amount: string | null;
  problem: { key: string; values: Record<string, string | number> } | null;
  digits: string;
  crop: ImageBitmap | null;
}

export interface ScanInput {
  text: string;
  symbology?: string | null;
  typed?: boolean;
  crop?: ImageBitmap | null;
  /** The scanner it came from, whose settings say how to read it. */
  scanner?: string;
}

export async function resolveScan(input: ScanInput): Promise<Scanned> {
  const { db } = await device();
  const raw = withIdentifier(input);
  const empty: Scanned = {
    raw, item: null, unit: '', factor: '1', lot: null, expiry: null, produced: null, qty: null, amount: null, problem: null,
    digits: input.text.replaceAll('\x1d', '␝'), crop: input.crop ?? null,
  };
  let code: ScannedCode | null = null;
  try {
    const reading = { symbology: input.symbology ?? null, typed: input.typed ?? false, today: today(), templates: await templatesOf(db) };
    const setting = input.typed ? null : await settingOf(input.scanner ?? '');
    if (setting) {
      const read = readScan(input.text, setting, reading);
      code = read.code;
      empty.raw = withIdentifier({ ...input, text: read.text });
    } else code = readCode(input.text, reading);
  } catch (error) {
    if (!(error instanceof CodeError)) throw error;
    empty.problem = { key: error.key, values: error.values };
  }
  const candidates = code ? [code.gtin14, code.itemCode, input.text.trim()] : [input.text.trim()];
  for (const candidate of candidates) {
    const found = candidate ? await findCode(db, candidate) : null;
    if (found) return { ...filled(empty, found, code), problem: null };
  }
  return (await askNode(empty, input)) ?? empty;
}

/** GS1 symbols keep their AIM identifier, without which "0106…" could be a plain number; UPC-E is sent as the number it stands for. */
function withIdentifier({ text, symbology }: ScanInput): string {
  if (symbology === 'UPCE' && /^[0-9]{8}$/.test(text)) return expandUpcE(text);
  return symbology && /^\](?:C1|d2|Q3|J1|e0)/.test(symbology) && !text.startsWith(']') ? symbology.slice(0, 3) + text : text;
}

function filled(empty: Scanned, found: Found, code: ScannedCode | null): Scanned {
  const pieces = code?.count ? String(code.count) : null;
  return {
    ...empty,
    item: found.item,
    unit: found.unit,
    factor: found.factor,
    lot: code?.lot ?? null,
    expiry: code?.expiry ?? code?.bestBefore ?? null,
    produced: code?.produced ?? null,
    qty: code?.quantity ? formatMicros(code.quantity) : pieces,
    amount: code?.amount && code.kind === 'in_store' ? formatMinor(code.amount, currency().digits) : null,
  };
}

async function askNode(empty: Scanned, input: ScanInput): Promise<Scanned | null> {
  if (!session.online) return null;
  try {
    const answer = await api.get<ScanAnswer>('/v1/scan', { raw: empty.raw, symbology: input.symbology ?? null });
    if (!answer.known || !answer.sku) return null;
    const { db } = await device();
    const item = await db.get('items', answer.sku);
    if (!item) return null;
    return {
      ...empty, item, problem: null, unit: answer.unit ?? item.base_unit, factor: answer.factor ?? '1', lot: answer.lot ?? null,
      expiry: answer.expiry ?? null, qty: answer.qty ?? null, amount: answer.amount ?? null,
    };
  } catch {
    return null;
  }
}

/** The same answer for goods picked from a list instead of scanned. */
export function picked(item: CatalogueItem): Scanned {
  return { raw: '', item, unit: item.base_unit, factor: '1', lot: null, expiry: null, produced: null, qty: null, amount: null, problem: null, digits: item.sku, crop: null };
}
