// The words of the books: kinds of documents, places, sides of an account, and where a voucher's page is.

import { books } from '../../i18n/texts/books';
import { translator, type Values } from '../../i18n/language.svelte';
import { withQuery } from '../../core/api';
import { parseMinor } from '../../core/decimal';
import type { BooksVoucherRow } from '../../lib/api/office_types';
import { money } from '../../state/format.svelte';
import { storeName } from '../state/chain.svelte';

export const b = translator(books);
type Key = keyof typeof books;
const known = (key: string): key is Key => key in books;

/** The reader's word for a code, or the code itself when it is newer than these pages. */
export function bookWord(prefix: string, code: string, values?: Values): string {
  const key = `${prefix}_${code.replaceAll('.', '_')}`;
  return known(key) ? b(key, values) : code;
}
export const documentName = (kind: string): string => bookWord('doc', kind);
export const DOCUMENTS = Object.keys(books).filter((key) => key.startsWith('doc_')).map((key) => key.slice(4));

/** A store's name; the road between stores and head office have accounts, too. */
export const placeName = (place: string): string => (place === '' ? b('head_office') : place === 'TRANSIT' ? b('transit') : storeName(place));

export const chartName = (chart: string): string => bookWord('chart', chart);

/** No form takes a later day, and no page looks for one. */
export const LAST_DAY = '2099-12-31';

const fen = (amount: string): bigint => parseMinor(amount, 2) ?? 0n;

/** A balance the way accountants write it: the side, then the amount without a sign. */
export function sided(amount: string): string {
  return fen(amount) === 0n ? b('side_even') : `${sideOf(amount)} ${sizeOf(amount)}`;
}

/** The two parts of a balance, where the amount is written large and its side beside it. */
export const sideOf = (amount: string): string => b(fen(amount) === 0n ? 'side_even' : fen(amount) > 0n ? 'side_debit' : 'side_credit');
export const sizeOf = (amount: string): string => money(fen(amount) < 0n ? -fen(amount) : fen(amount));

/** An amount in a column of debits or credits; nothing where there is none. */
export const orBlank = (amount: string): string => (fen(amount) === 0n ? '' : money(amount));

export const voucherPath = (row: Pick<BooksVoucherRow, 'log' | 'seq' | 'part' | 'number'>): string => `/office/books/vouchers/${row.log}/${row.seq}/${row.part}/${row.number}`;

/** The vouchers that go by a document's number, from its day on: what follows late is posted later. */
export const vouchersOf = (reference: string, from: string): string => withQuery('/office/books/vouchers', { q: reference, from, to: LAST_DAY });

/** A number that may be an op's long id: its last eight signs tell it apart, the first are the hour it was made. */
export const shortNumber = (number: string): string => (/^[0-9a-f]{32}(:\d+)?$/.test(number) ? number.slice(0, 32).slice(-8) : number);
