// The names the pages use for the generated types of the node's contract. Where the contract says only "string" for one of a few
// words, the words are named here, so that the compiler knows when a page forgets one.

import type { components } from './edge';

type Schemas = components['schemas'];

export type Decimal = string;
export type Day = string;
export type Instant = string;
export type Message = Schemas['Told'];
export type Op = Omit<Schemas['Op'], 'body'> & { body: Record<string, unknown> };
export type Me = Omit<Schemas['Me'], 'side'> & { side: 'edge' | 'cloud' };
export type OpResult = Schemas['Result'];
export type OpsAnswer = Pick<Schemas['Results'], 'results'>;
export type Ledger = Schemas['Ledger'];
export type StatesAnswer = Schemas['States'];
export type OpState = Schemas['OpState']['state'];
export type CatalogueItem = Schemas['Item'];
export type LabelTemplate = Schemas['Template'];
export type ScannerSetting = Omit<Schemas['Scanner'], 'aim'> & { aim: 'on' | 'off' };
export type CatalogueAnswer = Schemas['Catalogue'];
export type ScanAnswer = Schemas['Scanned'];
export type StockItem = Schemas['StockLine'];
export type StockPage = Schemas['StockPage'];
export type StockDetail = Omit<Schemas['StockOfOne'], 'lots'> & { lots: StockLot[] };
export type StockLot = Omit<Schemas['Lot'], 'state'> & { state: 'ok' | 'near' | 'expired' | 'held' };
export type Receipt = Schemas['Receipt'];
export type Transfer = Schemas['Transfer'];
export type PurchaseOrder = Omit<Schemas['Order'], 'lines'> & { lines: { sku: string; name: string; ordered: Decimal; received: Decimal }[] };
export type Store = Schemas['KnownStore'];
export type Printers = Schemas['Printers'];
export type PrinterShown = Schemas['PrinterShown'];
export type Printed = Schemas['Printed'];
export type NodeState = Schemas['NodeState'];
export type Today = Schemas['Today'];
export type ColdChainSensor = Omit<Schemas['Sensor'], 'state'> & { state: 'ok' | 'warning' | 'excursion' | 'silent' | 'unknown' };
export type Fridge = Omit<Schemas['Fridge'], 'state'> & Pick<ColdChainSensor, 'state'>;
export type BookedTwice = Schemas['BookedTwice'];
export type FridgeExcursion = Schemas['FridgeExcursion'];
export type SetAsideRow = Omit<Schemas['SetAsideRow'], 'what'> & { what: 'payload_refused' | 'refused' | 'reading_conflict' | 'connection_taken_over' | 'rebirth_required' };
