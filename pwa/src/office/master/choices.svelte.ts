// The lists that other master data choose from, read once a page and again after a change.

import type { MasterPage } from '../../lib/api/office_types';
import { pick } from '../../i18n/language.svelte';
import { api } from '../../state/session.svelte';
import { storageName, measureName, t } from '../parts/words';
import { AIM, DAY_KINDS, DELIVERIES, MEASURES, NEGATIVES, STORAGES, type Choice, type Row } from './forms';

export interface Option {
  value: string;
  label: string;
  store?: string;
}
type Listed = 'categories' | 'suppliers' | 'customers' | 'stores' | 'places';
const KEY: Record<Listed, string> = { categories: 'category', suppliers: 'supplier', customers: 'customer', stores: 'store', places: 'place' };
const TIMEZONES = ['Asia/Shanghai', 'Asia/Urumqi', 'Asia/Hong_Kong', 'Asia/Macau', 'Asia/Taipei', 'Asia/Singapore', 'Asia/Tokyo', 'Europe/Berlin', 'Europe/London', 'America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles', 'UTC'];

const rows = $state<Record<Listed, Row[]>>({ categories: [], suppliers: [], customers: [], stores: [], places: [] });

/** Reads the lists a page chooses from. */
export async function loadChoices(names: readonly Listed[]): Promise<void> {
  await Promise.all(
    names.map(async (name) => {
      const page = await api.get<MasterPage<Row>>(`/v1/master/${name}`, { limit: 500 }).catch(() => null);
      if (page) rows[name] = page.rows;
    }),
  );
}

const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

/** The options of a choice; the places are those of the store already chosen. */
export function optionsOf(choice: Choice, form: Record<string, string>): Option[] {
  switch (choice) {
    case 'storage':
      return STORAGES.map((value) => ({ value, label: storageName(value) }));
    case 'negative':
      return NEGATIVES.map((value) => ({ value, label: t(`negative_${value}`) }));
    case 'measure':
      return MEASURES.map((value) => ({ value, label: measureName(value) }));
    case 'yesno':
      return [{ value: 'true', label: t('yes') }, { value: 'false', label: t('no') }];
    case 'delivery':
      return DELIVERIES.map((value) => ({ value, label: t(`delivery_${value}`) }));
    case 'language':
      return [{ value: 'zh-CN', label: '中文' }, { value: 'en', label: 'English' }];
    case 'day_kind':
      return DAY_KINDS.map((value) => ({ value, label: t(`day_${value}`) }));
    case 'aim':
      return AIM.map((value) => ({ value, label: t(`aim_${value}`) }));
    case 'timezone':
      return [...new Set([...TIMEZONES, ...(form.timezone ? [form.timezone] : [])])].map((value) => ({ value, label: value }));
    case 'places':
      return rows.places.filter((row) => row.store === form.store).map((row) => ({ value: text(row.place), label: `${text(row.name)} (${text(row.place)})` }));
    default:
      return rows[choice].map((row) => ({ value: text(row[KEY[choice]]), label: choice === 'categories' ? pick({ zh: text(row.zh), en: text(row.en) }) : text(row.name) || text(row[KEY[choice]]) }));
  }
}

/** Whether the supplier's terms say that input VAT is reclaimed; so it is where nothing was agreed. */
export const isDeductible = (supplier: string): boolean => rows.suppliers.find((one) => one.supplier === supplier)?.deductible !== false;

/** The name behind a code, or the code while its list is not here. */
export function nameOf(choice: Listed, value: unknown, store?: unknown): string {
  const row = rows[choice].find((one) => one[KEY[choice]] === value && (choice !== 'places' || one.store === store));
  if (!row) return text(value);
  return choice === 'categories' ? pick({ zh: text(row.zh), en: text(row.en) }) : text(row.name) || text(value);
}
