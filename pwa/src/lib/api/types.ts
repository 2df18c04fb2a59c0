// The shapes of the servers' answers that the pages use, written by hand from the HTTP contract.

export type Decimal = string;
export type Day = string;
export type Instant = string;
export interface Message {
  key: string;
  text: string;
  values?: Record<string, unknown>;
}

export interface Me {
  side: 'edge' | 'cloud';
  signed_in: boolean;
  needs_bootstrap: boolean;
  user?: { user: string; name: string; role: string; stores: string[]; permissions: string[] } | null;
  tenant: { name: string; currency: string; symbol: string; digits: number };
  store?: { store: string; name: string; timezone: string } | null;
  server_time: Instant;
  api_version: string | number;
}

export interface Op {
  op_id: string;
  device_id: string;
  dev_seq: number;
  kind: string;
  v: number;
  hlc?: string;
  at_ms: number;
  offset_ms: number | null;
  body: Record<string, unknown>;
}
export interface OpResult {
  op_id: string;
  state: 'accepted' | 'rejected';
  log?: string | null;
  seq?: number | null;
  count?: number | null;
  error?: Message | null;
  warnings?: Message[] | null;
}
export interface OpsAnswer {
  results: OpResult[];
  server_time?: Instant | number;
}
export type OpState = 'accepted' | 'synced' | 'stable' | 'unknown';

export interface CatalogueBarcode {
  code: string;
  unit: string;
  factor: Decimal;
}
export interface CatalogueItem {
  sku: string;
  name: string;
  category: string;
  category_names?: { zh: string; en: string };
  base_unit: string;
  decimals: number;
  storage: string;
  shelf_life_days?: number | null;
  price?: Decimal | null;
  price_version?: number | string | null;
  negative?: string;
  barcodes: CatalogueBarcode[];
}
export interface LabelTemplate {
  template: string;
  prefixes: string[];
  price_decimals: number;
  weight_decimals: number;
}
export interface CatalogueAnswer {
  version: number | string;
  full: boolean;
  items: CatalogueItem[];
  removed: string[];
  templates: LabelTemplate[];
}
export interface ScanAnswer {
  kind: string;
  known: boolean;
  sku?: string | null;
  name?: string | null;
  unit?: string | null;
  factor?: Decimal | null;
  lot?: string | null;
  expiry?: Day | null;
  qty?: Decimal | null;
  amount?: Decimal | null;
  unit_price?: Decimal | null;
  warnings: Message[];
  code: string;
}
export interface StockItem {
  sku: string;
  name: string;
  category: string;
  base_unit: string;
  on_hand: Decimal;
  available: Decimal;
  held: Decimal;
  price?: Decimal | null;
  lots: number;
  next_expiry?: Day | null;
}
export interface StockPage {
  items: StockItem[];
  next?: string | null;
}
export interface StockLot {
  lot: string;
  expiry?: Day | null;
  received?: Day | Instant | null;
  supplier?: string | null;
  on_hand: Decimal;
  held: Decimal;
  place?: string | null;
  state: 'ok' | 'near' | 'expired' | 'held';
}
export interface StockMove {
  log: string;
  seq: number;
  at: Instant;
  kind: string;
  from: string;
  to: string;
  qty: Decimal;
  lot?: string | null;
  actor?: string | null;
}
export interface StockDetail extends Omit<StockItem, 'lots'> {
  lots: StockLot[];
  moves: StockMove[];
}
export interface ReceiptLine {
  sku: string;
  name: string;
  lot: string;
  qty: Decimal;
  expiry?: Day | null;
}
export interface Receipt {
  receipt: string;
  at: Instant;
  supplier?: string | null;
  lines: ReceiptLine[];
  inspected: boolean;
}
export interface Transfer {
  transfer: string;
  from_store: string;
  to_store: string;
  at: Instant;
  state: string;
  lines: { sku: string; name: string; lot: string; sent: Decimal; received: Decimal }[];
}
export interface PurchaseOrder {
  order: string;
  supplier: string;
  due?: Day | null;
  lines: { sku: string; name: string; ordered: Decimal; received: Decimal }[];
}
export interface Today {
  business_date: Day;
  sales: { count: number; amount: Decimal; qty: Decimal };
  tasks: { to_inspect: number; inbound_transfers: number; near_expiry: number; held: number; excursions: number };
  hourly: { hour: number; amount: Decimal }[];
}
export interface ColdChainSensor {
  sensor: string;
  place: string;
  place_name?: string | null;
  store?: string;
  quantity: string;
  value?: Decimal | number | null;
  unit?: string | null;
  at?: Instant | null;
  state: 'ok' | 'warning' | 'excursion' | 'silent' | 'unknown';
  high?: Decimal | number | null;
  low?: Decimal | number | null;
  excursion?: { excursion: string; began: Instant; peak?: Decimal | number | null; held_lots?: number | string[] | null } | null;
  series: { t: Instant | number; avg: Decimal | number; min: Decimal | number; max: Decimal | number }[];
}
