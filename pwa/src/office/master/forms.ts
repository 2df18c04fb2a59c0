// What each kind of master data is made of: its columns in the list and its fields in the form. A form is a row of the list
// and the body of the command that writes it, under the same names.

import type { MasterName } from '../../lib/api/office_types';
import type { office } from '../../i18n/texts/office';

export type Row = Record<string, unknown>;
export type OfficeText = keyof typeof office;
export type Choice = 'categories' | 'suppliers' | 'customers' | 'stores' | 'places' | 'storage' | 'negative' | 'measure' | 'timezone' | 'aim' | 'yesno' | 'delivery' | 'language' | 'day_kind';

export interface FormField {
  name: string;
  label: OfficeText;
  hint?: OfficeText;
  type?: 'text' | 'whole' | 'decimal' | 'minutes' | 'seconds' | 'list' | 'tel' | 'date';
  choice?: Choice;
  required?: boolean;
  /** The name of the thing: given once, never changed. */
  key?: boolean;
  /** A key that is words and not a code. */
  words?: boolean;
  initial?: string;
  /** The usual value where it is a word of the reader's language. */
  initialText?: OfficeText;
  max?: number;
}

export interface Also {
  kind: string;
  needs: string;
  fields: readonly FormField[];
}

export interface MasterKind {
  kind: string;
  needs: string;
  key: readonly string[];
  columns: readonly string[];
  fields: readonly FormField[];
  /** What other commands write of the same thing, under rights of their own: a supplier's terms, a customer's limit. */
  also?: readonly Also[];
}

const code = (name: string, label: OfficeText = 'code'): FormField => ({ name, label, hint: 'code_hint', required: true, key: true, max: 64 });
const name: FormField = { name: 'name', label: 'name', required: true, max: 200 };

export const MASTER: Partial<Record<MasterName, MasterKind>> = {
  stores: {
    kind: 'catalogue.define_store',
    needs: 'catalogue.edit',
    key: ['store'],
    columns: ['name', 'store', 'timezone', 'cutoff_minutes'],
    fields: [code('store'), name, { name: 'timezone', label: 'timezone', choice: 'timezone', required: true, initial: 'Asia/Shanghai' }, { name: 'cutoff_minutes', label: 'cutoff', hint: 'cutoff_hint', type: 'minutes', initial: '0' }],
  },
  categories: {
    kind: 'catalogue.define_category',
    needs: 'catalogue.edit',
    key: ['category'],
    columns: ['zh', 'en', 'category'],
    fields: [code('category'), { name: 'zh', label: 'name_zh', required: true, max: 200 }, { name: 'en', label: 'name_en', required: true, max: 200 }],
  },
  suppliers: {
    kind: 'catalogue.define_supplier',
    needs: 'catalogue.edit',
    key: ['supplier'],
    columns: ['name', 'supplier', 'phone', 'lead_days', 'terms_days'],
    fields: [code('supplier'), name, { name: 'phone', label: 'phone', type: 'tel', max: 40 }, { name: 'lead_days', label: 'lead_days', type: 'whole', initial: '1' }],
    also: [
      {
        kind: 'catalogue.set_supplier_contact',
        needs: 'catalogue.edit',
        fields: [
          { name: 'delivery', label: 'delivery', hint: 'delivery_hint', choice: 'delivery' },
          { name: 'email', label: 'email', max: 200 },
          { name: 'language', label: 'supplier_language', choice: 'language', required: true, initial: 'zh-CN' },
        ],
      },
      {
        kind: 'catalogue.set_supplier_terms',
        needs: 'purchasing.contract',
        fields: [
          { name: 'terms_days', label: 'terms_days', hint: 'terms_days_hint', type: 'whole', initial: '0' },
          { name: 'deductible', label: 'deductible', hint: 'deductible_hint', choice: 'yesno', required: true, initial: 'true' },
        ],
      },
    ],
  },
  customers: {
    kind: 'catalogue.define_customer',
    needs: 'catalogue.edit',
    key: ['customer'],
    columns: ['name', 'customer', 'phone', 'limit', 'exposure', 'terms_days'],
    fields: [code('customer'), name, { name: 'phone', label: 'phone', type: 'tel', max: 40 }, { name: 'address', label: 'address', max: 200 }, { name: 'tax_number', label: 'tax_number', max: 40 }],
    also: [
      {
        kind: 'credit.set_limit',
        needs: 'credit.approve',
        fields: [
          { name: 'limit', label: 'credit_limit', hint: 'credit_limit_hint', type: 'decimal', required: true, initial: '0' },
          { name: 'terms_days', label: 'terms_days', hint: 'terms_days_hint', type: 'whole', initial: '0' },
        ],
      },
    ],
  },
  products: {
    kind: 'catalogue.define_product',
    needs: 'catalogue.edit',
    key: ['sku'],
    columns: ['name', 'category', 'storage', 'price', 'barcodes'],
    fields: [
      code('sku', 'sku'),
      name,
      { name: 'category', label: 'category', choice: 'categories', required: true },
      { name: 'base_unit', label: 'base_unit', hint: 'base_unit_hint', required: true, initialText: 'unit_piece', max: 64 },
      { name: 'decimals', label: 'decimals', hint: 'decimals_hint', type: 'whole', initial: '0' },
      { name: 'storage', label: 'storage', choice: 'storage', required: true, initial: 'ambient' },
      { name: 'shelf_life_days', label: 'shelf_life_days', type: 'whole' },
      { name: 'min_remaining_days', label: 'min_remaining_days', hint: 'min_remaining_hint', type: 'whole' },
      { name: 'supplier', label: 'supplier', choice: 'suppliers' },
      { name: 'negative', label: 'negative', hint: 'negative_hint', choice: 'negative', required: true, initial: 'warn' },
      { name: 'min_cover_days', label: 'min_cover_days', hint: 'cover_hint', type: 'whole', initial: '3' },
      { name: 'max_cover_days', label: 'max_cover_days', type: 'whole', initial: '7' },
      { name: 'unit_cost', label: 'unit_cost', hint: 'unit_cost_hint', type: 'decimal' },
    ],
  },
  places: {
    kind: 'catalogue.define_place',
    needs: 'catalogue.edit',
    key: ['store', 'place'],
    columns: ['name', 'place', 'store', 'storage'],
    fields: [{ name: 'store', label: 'store', choice: 'stores', required: true, key: true }, code('place'), name, { name: 'storage', label: 'storage', choice: 'storage', required: true, initial: 'ambient' }],
  },
  sensors: {
    kind: 'sensing.assign_sensor',
    needs: 'sensing.configure',
    key: ['sensor'],
    columns: ['sensor', 'store', 'place', 'quantity', 'high', 'low'],
    fields: [
      { name: 'sensor', label: 'sensor', hint: 'sensor_hint', required: true, key: true, max: 120 },
      { name: 'store', label: 'store', choice: 'stores', required: true },
      { name: 'place', label: 'place', choice: 'places', required: true },
      { name: 'quantity', label: 'measure', choice: 'measure', required: true, initial: 'temperature' },
      { name: 'high', label: 'high', type: 'decimal' },
      { name: 'low', label: 'low', type: 'decimal' },
      { name: 'hysteresis', label: 'hysteresis', hint: 'hysteresis_hint', type: 'decimal', initial: '0.5' },
      { name: 'raise_after_s', label: 'raise_after', type: 'seconds', initial: '1800' },
      { name: 'clear_after_s', label: 'clear_after', type: 'seconds', initial: '300' },
      { name: 'offline_after_s', label: 'offline_after', type: 'seconds', initial: '900' },
      { name: 'defrost_at', label: 'defrost_at', hint: 'defrost_at_hint', type: 'list' },
      { name: 'defrost_every_h', label: 'defrost_every_h', hint: 'defrost_every_h_hint', type: 'whole' },
      { name: 'defrost_minutes', label: 'defrost_minutes', type: 'whole' },
      { name: 'door', label: 'door', hint: 'door_hint', max: 120 },
      { name: 'door_open_s', label: 'door_open', type: 'seconds', initial: '300' },
      { name: 'door_after_s', label: 'door_after', type: 'seconds', initial: '300' },
      { name: 'masked_up_to', label: 'masked_up_to', hint: 'masked_up_to_hint', type: 'decimal' },
      { name: 'cal_due', label: 'cal_due', hint: 'cal_due_hint', max: 10 },
      { name: 'battery_min', label: 'battery_min', type: 'whole', initial: '15' },
      { name: 'escalate_after_s', label: 'escalate_after', type: 'seconds', initial: '900' },
    ],
  },
  templates: {
    kind: 'catalogue.set_label_template',
    needs: 'catalogue.edit',
    key: ['store', 'template'],
    columns: ['template', 'store', 'prefixes', 'price_decimals', 'weight_decimals'],
    fields: [
      { name: 'store', label: 'store', choice: 'stores', hint: 'whole_chain_hint', key: true },
      { name: 'template', label: 'template', hint: 'template_hint', required: true, key: true, initial: 'FFIIIIIPPPPPC', max: 32 },
      { name: 'prefixes', label: 'prefixes', hint: 'prefixes_hint', type: 'list', required: true, initial: '20, 21, 22' },
      { name: 'price_decimals', label: 'price_decimals', type: 'whole', initial: '2' },
      { name: 'weight_decimals', label: 'weight_decimals', type: 'whole', initial: '3' },
    ],
  },
  days: {
    kind: 'catalogue.set_own_day',
    needs: 'catalogue.edit',
    key: ['day', 'what', 'name', 'store'],
    columns: ['day', 'what', 'name', 'store', 'holds'],
    fields: [
      { name: 'day', label: 'day', type: 'date', required: true, key: true },
      { name: 'what', label: 'day_kind', choice: 'day_kind', required: true, key: true, initial: 'off' },
      { name: 'name', label: 'day_name', hint: 'day_name_hint', key: true, words: true, max: 60 },
      { name: 'store', label: 'store', choice: 'stores', hint: 'day_store_hint', key: true },
      { name: 'holds', label: 'day_holds', hint: 'day_holds_hint', choice: 'yesno', required: true, initial: 'true' },
    ],
  },
  scanners: {
    kind: 'catalogue.set_scanner',
    needs: 'catalogue.edit',
    key: ['store', 'scanner'],
    columns: ['scanner', 'name', 'store', 'gs_as', 'aim'],
    fields: [
      { name: 'scanner', label: 'scanner', hint: 'scanner_hint', required: true, key: true, max: 64 },
      { name: 'name', label: 'name', max: 60 },
      { name: 'store', label: 'store', choice: 'stores', required: true, key: true },
      { name: 'gs_as', label: 'gs_as', hint: 'gs_as_hint', max: 12 },
      { name: 'aim', label: 'aim', choice: 'aim', hint: 'aim_hint', required: true, initial: 'on' },
    ],
  },
};

export const STORAGES = ['ambient', 'chilled', 'frozen'] as const;
export const NEGATIVES = ['block', 'warn', 'provisional'] as const;
export const AIM = ['on', 'off'] as const;
export const DELIVERIES = ['email', 'folder', 'link'] as const;
export const DAY_KINDS = ['off', 'work', 'school', 'no_school', 'payday', 'event', 'closed'] as const;
export const MEASURES = ['temperature', 'humidity'] as const;
const WHOLE = new Set(['whole', 'minutes', 'seconds']);

/** What the form shows for a field of a row; a new row begins with the field's usual value. */
export function shown(field: FormField, row: Row | null, word: (key: OfficeText) => string): string {
  const value = row ? row[field.name] : field.initialText ? word(field.initialText) : field.initial;
  if (value === null || value === undefined) return '';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** The first thing wrong with a field before anybody is asked; the server checks again and has the last word. */
export function wrong(field: FormField, value: string): OfficeText | null {
  const text = value.trim();
  if (!text) return field.required ? 'field_required' : null;
  if (WHOLE.has(field.type ?? '') && !/^\d{1,6}$/.test(text)) return 'field_whole';
  if (field.type === 'decimal' && !/^-?\d{1,9}(\.\d{1,6})?$/.test(text)) return 'field_decimal';
  if (field.type === 'date' && !/^\d{4}-\d{2}-\d{2}$/.test(text)) return 'field_date';
  if (field.key && !field.choice && !field.words && /[\s]/.test(text)) return 'field_no_blanks';
  return null;
}

/** The command's body from the form; what was left empty is left out. */
export function bodyOf(fields: readonly FormField[], form: Record<string, string>): Row {
  const body: Row = {};
  for (const field of fields) {
    const text = (form[field.name] ?? '').trim();
    if (!text) continue;
    body[field.name] = field.choice === 'yesno' ? text === 'true' : field.type === 'list' ? text.split(/[,，\s]+/).filter(Boolean) : WHOLE.has(field.type ?? '') ? Number(text) : text;
  }
  return body;
}
