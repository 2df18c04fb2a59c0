// What a page of head office asks to be changed, how two askings of the same thing are known, and what a new order is called.

export interface Change {
  kind: string;
  body: Record<string, unknown>;
}

export const contentOf = ({ kind, body }: Change): string => JSON.stringify([kind, body]);
/** What a change is about: the code of a barcode, the store of a price, the number of an order, or the one thing of a form. */
export const about = ({ kind, body }: Change): string => `${kind}/${String(body.code ?? body.order ?? '')}/${kind === 'catalogue.set_price' ? String(body.store ?? '') : ''}`;

/** A new order's number, short enough to be told over the telephone; two alike on one day would be refused, not mixed up. */
export function orderNumber(nowMs = Date.now(), random: (n: number) => Uint8Array = (n) => crypto.getRandomValues(new Uint8Array(n))): string {
  const SIGNS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
  const day = new Date(nowMs).toISOString().slice(2, 10).replaceAll('-', '');
  return `PO-${day}-${Array.from(random(6), (byte) => SIGNS[byte % 32]).join('')}`;
}
