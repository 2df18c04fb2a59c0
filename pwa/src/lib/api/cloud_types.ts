// The shapes of head office's answers that its pages use, written by hand from the HTTP contract. A field that the reader may not
// see (cost, margin) is absent, never empty; that is why so many are optional.

import type { ColdChainSensor, Day, Decimal, Instant } from './types';

export type Names = { zh: string; en: string } | string;

export interface Sum {
  amount: Decimal;
  qty: Decimal;
  count: number;
}
export interface Period {
  from: Day;
  to: Day;
}

/** `amount` is what customers paid less what they got back; `returned` is what they got back. */
export interface Figures extends Sum {
  discount?: Decimal;
  returned?: Decimal;
}

export interface Overview extends Period {
  sales: Figures & { previous?: Figures | null };
  stores: (Sum & { store: string; name: string; share: number; state?: NodeState; last_sync_at?: Instant | null; unsent?: number | null; facts?: string })[];
  days: (Sum & { date: Day; facts?: string })[];
  near_expiry: { lots: number; qty: Decimal };
  held: { lots: number; qty: Decimal };
  excursions_open: number;
  nodes_late: number;
  fact_count: number;
}

export type SalesBy = 'day' | 'store' | 'sku' | 'category' | 'store_day';
export interface SalesRow extends Sum {
  key: string;
  label: Names;
  store?: string | null;
  date?: Day | null;
  discount?: Decimal;
  returned?: Decimal;
  margin?: Decimal;
  facts?: string;
}
export interface SalesReport extends Period {
  by: SalesBy;
  rows: SalesRow[];
  total: Partial<SalesRow>;
  next?: string | null;
}

export type StockBy = 'store' | 'sku' | 'lot';
export interface StockRow {
  store?: string | null;
  sku?: string | null;
  name?: string | null;
  lot?: string | null;
  expiry?: Day | null;
  place?: string | null;
  unit?: string | null;
  skus?: number | null;
  on_hand: Decimal;
  held: Decimal;
  in_transit: Decimal;
  value?: Decimal;
  facts?: string;
}
export interface StockReport {
  rows: StockRow[];
  total?: { on_hand?: Decimal; held?: Decimal; in_transit?: Decimal; value?: Decimal; rows?: number };
  next?: string | null;
}

export interface ExpiryRow {
  store: string;
  sku: string;
  name: string;
  lot: string;
  expiry: Day;
  days_left: number;
  on_hand: Decimal;
  held?: Decimal;
  facts?: string;
}
export interface ExpiryReport {
  as_of?: Day;
  rows: ExpiryRow[];
}

export interface Inspection {
  inspection: string;
  store: string;
  at: Instant;
  inspector: string;
  verdict?: string;
  supplier?: string | null;
  lines: { sku: string; name: string; lot: string; accepted: Decimal; held: Decimal; rejected: Decimal }[];
  answers: { question: string; passed?: boolean | null; value?: string | null; note?: string | null }[];
  photos: string[];
  note?: string | null;
  facts?: string;
}
export interface Hold {
  store: string;
  sku: string;
  name: string;
  lot: string;
  qty: Decimal;
  reason: string;
  since: Instant;
  place?: string | null;
  excursion?: string | null;
  facts?: string;
}
export interface QualityReport {
  inspections: Inspection[];
  holds: Hold[];
}

export interface OfficeSensor extends Omit<ColdChainSensor, 'excursion'> {
  store: string;
  excursion?: string | null;
  facts?: string;
}
export interface Excursion {
  excursion: string;
  store: string;
  place: string;
  place_name?: string | null;
  sensor: string;
  quantity?: string | null;
  unit?: string | null;
  began: Instant;
  ended?: Instant | null;
  limit?: Decimal | number | null;
  peak?: Decimal | number | null;
  state: string;
  action?: string | null;
  acknowledged_by?: string | null;
  backfilled?: boolean;
  held: { sku: string; name?: string; lot: string; qty: Decimal }[];
  facts?: string;
}
export interface ColdChainReport {
  sensors: OfficeSensor[];
  excursions: Excursion[];
}

export type NodeState = 'ok' | 'late' | 'never' | 'fork';
export interface StoreNode {
  node: string;
  store: string;
  name: string;
  last_sync_at?: Instant | null;
  head: number;
  applied: number;
  unsent: number;
  oldest_unsent_at?: Instant | null;
  quarantined: number;
  state: NodeState;
  logs: { log: string; seq: number; applied?: number; parent?: string | null; epoch?: number; state?: string; alarm?: string }[];
}

export interface Terms {
  window_days?: number;
  sold?: Decimal;
  mean_daily: Decimal;
  days_cover_min: number;
  days_cover_max: number;
  min: Decimal;
  max: Decimal;
  on_hand: Decimal;
  held: Decimal;
  near_expiry: Decimal;
  in_transit: Decimal;
  on_order: Decimal;
  position?: Decimal;
  need: Decimal;
  surplus?: Decimal | null;
  pack?: Decimal | null;
  rounded?: Decimal | null;
}
export interface ReplenishmentLine {
  kind: 'transfer' | 'purchase';
  sku: string;
  name: string;
  unit?: string | null;
  to_store: string;
  from_store?: string | null;
  supplier?: string | null;
  qty: Decimal;
  reason?: string | null;
  terms: Terms;
}
export interface ReplenishmentReport {
  as_of: Instant | Day;
  window_days: number;
  lines: ReplenishmentLine[];
}

export interface FactRow {
  node: string;
  log: string;
  seq: number;
  kind: string;
  at: Instant;
  business_date: Day;
  actor: string;
  device?: string | null;
  op_id?: string | null;
  body: unknown;
  text: Names;
}
export interface FactPage {
  rows: FactRow[];
  next?: string | null;
}
export interface OneFact extends FactRow {
  hash: string;
  prev_hash: string;
  chain_ok: boolean;
  /** Applied to the figures, passed over because another log told it too, or held because nobody can read it yet. */
  state?: 'applied' | 'superseded' | 'held';
}

export type MasterName = 'stores' | 'categories' | 'suppliers' | 'products' | 'places' | 'sensors' | 'templates' | 'orders' | 'users' | 'nodes';
export interface MasterPage<T> {
  rows?: T[];
  items?: T[];
  next?: string | null;
}
export interface MasterStore {
  store: string;
  name: string;
  timezone: string;
  cutoff_minutes: number;
}
export interface MasterProduct {
  sku: string;
  name: string;
  category: string;
  base_unit: string;
  decimals: number;
  storage: string;
  shelf_life_days?: number | null;
  min_remaining_days?: number | null;
  supplier?: string | null;
  negative: string;
  min_cover_days?: number | null;
  max_cover_days?: number | null;
  unit_cost?: Decimal;
  price?: Decimal | null;
  prices?: { store: string; price: Decimal }[];
  barcodes?: { code: string; unit: string; factor: Decimal }[];
}
export interface MasterUser {
  user: string;
  name: string;
  role: string;
  stores: string[];
  language?: string | null;
  revoked?: boolean | number;
}
export interface MasterNode {
  node: string;
  node_id?: string;
  state?: string;
  unsent?: number;
  store: string;
  name?: string | null;
  enrolled_at?: Instant | null;
  last_sync_at?: Instant | null;
  revoked?: boolean | number;
}
export interface MasterOrder {
  order: string;
  supplier: string;
  store: string;
  due?: Day | null;
  state: string;
  lines: { sku: string; name?: string; ordered: Decimal; received: Decimal }[];
}
export interface EnrolmentCode {
  code: string;
  expires_at: Instant;
}
