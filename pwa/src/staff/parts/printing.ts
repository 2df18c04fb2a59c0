// What the print sheet asks of the node: pictures of pages, jobs under a key, and which printer suits which paper.

import { translator, language } from '../../i18n/language.svelte';
import { printing } from '../../i18n/texts/printing';
import { ApiError, Unreachable, withQuery } from '../../core/api';
import type { PrinterShown } from '../../lib/api/types';

export const p = translator(printing);

export interface Wanted {
  kind: 'product' | 'lot' | 'weight' | 'receipt';
  sku?: string;
  lot?: string;
  weight?: string;
  sale?: string;
  code?: string;
}

/** Where the page's picture or PDF is, on the paper of this printer. */
export function previewPath(wanted: Wanted, printer: PrinterShown | undefined, as: 'png' | 'pdf'): string {
  const paper = printer ? { width_mm: printer.paper_width_mm, ...(wanted.kind === 'receipt' ? {} : { height_mm: printer.paper_height_mm }) } : {};
  return withQuery('/v1/print/preview', { ...wanted, ...paper, lang: language.current, as });
}

/** The picture as an address for an image; whoever asked gives it back with `URL.revokeObjectURL`. */
export async function picture(path: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', headers: { 'Accept-Language': language.current } });
  } catch (cause) {
    throw new Unreachable(cause);
  }
  if (response.ok) return URL.createObjectURL(await response.blob());
  const said = (await response.json().catch(() => ({}))) as { key?: string; detail?: string };
  throw new ApiError(response.status, said.key ?? `http_${response.status}`, said.detail ?? '');
}

/** Printers that may take this, the one this phone used last first. */
export function suiting(printers: readonly PrinterShown[], kind: Wanted['kind']): PrinterShown[] {
  const use = kind === 'receipt' ? 'receipts' : 'labels';
  const last = localStorage.getItem(`liushui.printer.${use}`);
  return printers.filter((one) => one.prints === use || one.prints === 'both').sort((a, b) => Number(b.id === last) - Number(a.id === last));
}

export function remember(printer: string, kind: Wanted['kind']): void {
  localStorage.setItem(`liushui.printer.${kind === 'receipt' ? 'receipts' : 'labels'}`, printer);
}
