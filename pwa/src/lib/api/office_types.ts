// The names the office's pages use for the generated types of head office's contract. A field that the reader may not see (cost,
// margin, names of people) is absent, never empty; the contract marks those optional.

import type { components } from './cloud';

type Schemas = components['schemas'];

export type Names = Schemas['Named'] | string;
export type Overview = Schemas['Business'];
export type SalesReport = Schemas['Sales'];
export type SalesBy = SalesReport['by'];
export type SalesRow = Schemas['SalesRow'];
export type StockReport = Schemas['OnHand'];
export type StockBy = StockReport['by'];
export type StockRow = Schemas['StockRow'];
export type ExpiryReport = Schemas['Expiring'];
export type Inspection = Schemas['InspectionRow'];
export type QualityReport = Schemas['Blocked'];
export type OfficeSensor = Schemas['SensorRow'];
export type Excursion = Schemas['ExcursionRow'];
export type ColdChainReport = Schemas['ColdChain'];
export type StoreNode = Schemas['NodeRow'];
export type SafeNode = Schemas['SafeNode'];
export type SafeLog = Schemas['SafeLog'];
export type Safety = Schemas['Safety'];
export type NodesReport = Schemas['Nodes'];
export type SuggestedRow = Schemas['SuggestedRow'];
export type SuggestionPage = Schemas['SuggestionPage'];
export type LineTerms = Schemas['LineTerms'];
export type AutomationTold = Schemas['AutomationTold'];
export type FactRow = Schemas['FactRow'];
export type FactPage = Schemas['FactPage'];
export type OneFact = Schemas['OneFact'];
export type SetAside = Schemas['SetAside'];
export type SetAsidePage = Schemas['SetAsidePage'];
export type Provisional = Schemas['Provisional'];
export type EvidencePage = Schemas['EvidencePage'];
export type DeviceRow = Schemas['DeviceRow'];
export type DeviceList = Schemas['DeviceList'];
export type MasterProduct = Schemas['Product'];
export type ProductPage = Schemas['MasterPage_Product_'];
export type MasterOrder = Schemas['Order'];
export type OrderPage = Schemas['MasterPage_Order_'];
export type MasterUser = Schemas['UserRow'];
export type UserList = Schemas['Users'];
export type MasterNode = Schemas['EnrolledNode'];
export type NodeList = Schemas['EnrolledNodes'];
export type EnrolmentCode = Schemas['NewCode'];

export type MasterName = 'stores' | 'categories' | 'suppliers' | 'customers' | 'contracts' | 'products' | 'places' | 'sensors' | 'templates' | 'scanners' | 'days' | 'orders' | 'users' | 'nodes';
/** A page of any of the lists, for the editor that handles all of them alike. */
export interface MasterPage<T> {
  rows: T[];
  next?: string | null;
}

export type ReportCard = Schemas['Card'];
export type ReportGallery = Schemas['Gallery'];
export type ShownReport = Schemas['ShownReport'];
export type ShownSection = Schemas['ShownSection'];
export type ShownColumn = Schemas['ShownColumn'];
export type ShownRow = Schemas['ShownRow'];
export type ReportChannel = Schemas['ChannelRow'];
export type ReportChannels = Schemas['Channels'];
export type ReportSubscription = Schemas['SubscriptionRow'];
export type ReportSubscriptions = Schemas['Subscriptions'];
export type ReportRun = Schemas['RunRow'];

export type BooksNow = Schemas['BooksNow'];
export type BooksProof = Schemas['ProofTold'];
export type BooksWaiting = Schemas['Waiting'];
export type BooksPeriod = Schemas['PeriodRow'];
export type BooksAccounts = Schemas['Accounts'];
export type BooksAccount = Schemas['AccountRow'];
export type BooksLedger = Schemas['Ledger'];
export type BooksLedgerLine = Schemas['LedgerLine'];
export type BooksVoucherRow = Schemas['VoucherRow'];
export type BooksVoucherPage = Schemas['VoucherPage'];
export type BooksVoucher = Schemas['VoucherTold'];
export type BooksHandedRow = Schemas['HandedRow'];
export type BooksHandedPage = Schemas['HandedPage'];
export type BooksExportRow = Schemas['ExportRow'];
export type BooksExportPage = Schemas['ExportPage'];
export type BooksExportStanding = Schemas['ExportStanding'];
export type BooksExportMonth = Schemas['ExportMonth'];
export type BooksProblem = Schemas['ProblemRow'];
export type BooksProblems = Schemas['Problems'];
export type BooksChart = Schemas['ChartTold'];
export type BooksPeriods = Schemas['Periods'];
export type BooksPeriodTold = Schemas['PeriodTold'];
export type BooksAgainst = Schemas['Against'];
export type OpenReceipt = Schemas['OpenReceipt'];
export type OpenReceipts = Schemas['OpenReceipts'];
export type ReceiptToBill = Schemas['OrderedAndCame'];
export type PurchaseInvoice = Schemas['InvoiceRow'];
export type PurchaseInvoices = Schemas['InvoicePage'];
export type LandedCosts = Schemas['LandedPage'];
export type LandedCost = Schemas['LandedRow'];
export type MoneyMoved = Schemas['MoneyRow'];
export type MoneyPage = Schemas['MoneyPage'];
export type StockDifferences = Schemas['Differences'];
export type StockDifference = Schemas['DifferenceRow'];
export type Contract = Schemas['Contract'];
export type BookTerms = Schemas['BookTerms'];
export type DatedTerm = Schemas['DatedTerm'];
