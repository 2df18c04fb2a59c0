// The six kinds of money that head office records: which command each is, and what its form must hold before it is sent.

import type { Change } from '../state/changes';
import { amountOf, amountOrNone, codeOf, fenText, fractionOf } from './reckoning';

export const KINDS = ['supplier', 'customer', 'expense', 'wallet', 'platform', 'capital'] as const;
export type MoneyKind = (typeof KINDS)[number];
export const METHODS = ['bank', 'cash', 'card', 'wechat', 'alipay', 'other'] as const;
export const WALLETS = ['wechat', 'alipay', 'card', 'other'] as const;
export const PLATFORMS = ['meituan', 'eleme', 'jd', 'douyin', 'taobao', 'tmall', 'pdd', 'kuaishou', 'xiaohongshu'] as const;

export interface MoneyForm {
  dated: string;
  store: string;
  note: string;
  amount: string;
  method: string;
  supplier: string;
  customer: string;
  account: string;
  credit: string;
  owed: boolean;
  rate: string;
  deductible: boolean;
  payee: string;
  wallet: string;
  platform: string;
  part: string;
  investor: string;
  /** What of the amount goes to which invoice. */
  invoices: Record<string, string>;
}

export const EMPTY: MoneyForm = {
  dated: '',
  store: '',
  note: '',
  amount: '',
  method: 'bank',
  supplier: '',
  customer: '',
  account: '',
  credit: '',
  owed: false,
  rate: '0',
  deductible: true,
  payee: '',
  wallet: 'wechat',
  platform: 'meituan',
  part: '',
  investor: '',
  invoices: {},
};

export type Trouble = 'form_required' | 'form_amount' | 'form_amount_or_none' | 'form_percent';

/** What is wrong with which field; empty: it can be sent. */
export function troubles(kind: MoneyKind, form: MoneyForm): Partial<Record<keyof MoneyForm, Trouble>> {
  const found: Partial<Record<keyof MoneyForm, Trouble>> = {};
  if (!form.dated) found.dated = 'form_required';
  if (amountOf(form.amount) === null) found.amount = 'form_amount';
  if (kind === 'supplier' && !form.supplier) found.supplier = 'form_required';
  if (kind === 'customer' && !form.customer) found.customer = 'form_required';
  if (kind === 'expense' && form.owed && !codeOf(form.credit)) found.credit = 'form_required';
  if ((kind === 'wallet' || kind === 'platform') && amountOrNone(form.part) === null) found.part = 'form_amount_or_none';
  if ((kind === 'expense' || kind === 'platform') && fractionOf(form.rate) === null) found.rate = 'form_percent';
  return found;
}

/** The command; asked for only when nothing is wrong. What was left empty is left out. */
export function moneyChange(kind: MoneyKind, form: MoneyForm): Change {
  const fen = (text: string): string => fenText(amountOrNone(text) ?? 0n);
  const said = (name: string, text: string): Record<string, string> => (text.trim() ? { [name]: text.trim() } : {});
  const common = { dated: form.dated, ...said('note', form.note) };
  const placed = { ...common, ...said('store', form.store) };
  const taxed = { rate: fractionOf(form.rate) ?? '0', deductible: form.deductible };
  switch (kind) {
    case 'supplier': {
      const invoices = Object.entries(form.invoices).map(([invoice, amount]) => ({ invoice, amount: fen(amount) }));
      return { kind: 'accounting.pay_supplier', body: { ...placed, supplier: form.supplier, amount: fen(form.amount), method: form.method, ...(invoices.length ? { invoices } : {}) } };
    }
    case 'customer':
      return { kind: 'accounting.record_customer_payment', body: { ...placed, customer: form.customer, amount: fen(form.amount), method: form.method } };
    case 'expense':
      return { kind: 'accounting.record_expense', body: { ...placed, net: fen(form.amount), ...taxed, ...said('account', codeOf(form.account)), ...said('payee', form.payee), ...(form.owed ? { credit: codeOf(form.credit) } : { method: form.method }) } };
    case 'wallet':
      return { kind: 'accounting.settle_wallet', body: { ...placed, wallet: form.wallet, gross: fen(form.amount), fee: fen(form.part) } };
    case 'platform':
      return { kind: 'accounting.settle_platform', body: { ...placed, platform: form.platform, gross: fen(form.amount), commission: fen(form.part), ...taxed } };
    case 'capital':
      return { kind: 'accounting.pay_in_capital', body: { ...common, amount: fen(form.amount), method: form.method, ...said('investor', form.investor) } };
  }
}
