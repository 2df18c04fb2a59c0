// The chapters of head office's help, in the order of the menu, and which of them a page belongs to.

import type { IconName } from '../../ui/Icon.svelte';

export const GROUPS = ['start', 'books', 'reports', 'goods', 'house'] as const;

/** `opens` is the page it is about, for whoever `needs` allows there; `pages` are those whose question mark leads to it. */
export interface Chapter {
  key: string;
  group: (typeof GROUPS)[number];
  icon: IconName;
  opens: string;
  needs: string;
  pages: readonly string[];
}

export const CHAPTERS = [
  { key: 'sign_in', group: 'start', icon: 'user', opens: '/office/master/users', needs: 'access.manage', pages: ['/office/master/users'] },
  { key: 'figures', group: 'start', icon: 'chart', opens: '/office', needs: 'reports.read', pages: ['/office', '/office/sales', '/office/stock', '/office/expiry'] },
  { key: 'books', group: 'books', icon: 'book', opens: '/office/books', needs: 'books.read', pages: ['/office/books'] },
  { key: 'voucher', group: 'books', icon: 'scan', opens: '/office/books/vouchers', needs: 'books.read', pages: ['/office/books/vouchers'] },
  { key: 'accounts', group: 'books', icon: 'filter', opens: '/office/books/accounts', needs: 'books.read', pages: ['/office/books/accounts'] },
  { key: 'purchases', group: 'books', icon: 'receive', opens: '/office/books/purchases', needs: 'books.read', pages: ['/office/books/purchases'] },
  { key: 'differences', group: 'books', icon: 'count', opens: '/office/books/differences', needs: 'books.read', pages: ['/office/books/differences'] },
  { key: 'money', group: 'books', icon: 'coins', opens: '/office/books/money', needs: 'books.read', pages: ['/office/books/money'] },
  { key: 'terms', group: 'books', icon: 'settings', opens: '/office/books/terms', needs: 'books.read', pages: ['/office/books/terms'] },
  { key: 'month_end', group: 'books', icon: 'calendar', opens: '/office/books/periods', needs: 'books.read', pages: [] },
  { key: 'closing', group: 'books', icon: 'lock', opens: '/office/books/periods', needs: 'books.read', pages: ['/office/books/periods'] },
  { key: 'late', group: 'books', icon: 'clock', opens: '/office/books/problems', needs: 'books.read', pages: ['/office/books/problems'] },
  { key: 'proofs', group: 'books', icon: 'warn', opens: '/office/books', needs: 'books.read', pages: [] },
  { key: 'exports', group: 'books', icon: 'download', opens: '/office/books/exports', needs: 'books.export', pages: ['/office/books/exports'] },
  { key: 'reports', group: 'reports', icon: 'chart', opens: '/office/reports', needs: 'reports.read', pages: ['/office/reports'] },
  { key: 'complete', group: 'reports', icon: 'info', opens: '/office/reports', needs: 'reports.read', pages: [] },
  { key: 'subscriptions', group: 'reports', icon: 'outbox', opens: '/office/reports/subscriptions', needs: 'reports.read', pages: ['/office/reports/subscriptions'] },
  { key: 'board', group: 'goods', icon: 'truck', opens: '/office/board', needs: 'replenishment.read', pages: ['/office/board', '/office/master/orders'] },
  { key: 'quality', group: 'goods', icon: 'inspect', opens: '/office/quality', needs: 'quality.read', pages: ['/office/quality', '/office/cold'] },
  { key: 'stores', group: 'house', icon: 'node', opens: '/office/nodes', needs: 'node.read', pages: ['/office/nodes', '/office/master/nodes'] },
  { key: 'quarantine', group: 'house', icon: 'filter', opens: '/office/quarantine', needs: 'quarantine.read', pages: ['/office/quarantine'] },
  { key: 'facts', group: 'house', icon: 'chain', opens: '/office/facts', needs: 'facts.read', pages: ['/office/facts'] },
  { key: 'master', group: 'house', icon: 'tag', opens: '/office/master', needs: 'catalogue.read', pages: ['/office/master'] },
] as const satisfies readonly Chapter[];

export type ChapterKey = (typeof CHAPTERS)[number]['key'];

/** The start page is the beginning of every address, and stands for itself alone. */
const within = (path: string, page: string): boolean => path === page || (page !== '/office' && path.startsWith(`${page}/`));

/** Where a page's question mark leads: to the chapter of the innermost page it lies in, or to the first page of the help. */
export function helpFor(path: string): string {
  let found = '';
  let length = 0;
  for (const { key, pages } of CHAPTERS) {
    for (const page of pages) if (page.length > length && within(path, page)) [found, length] = [key, page.length];
  }
  return found ? `/office/help/${found}` : '/office/help';
}

/** Whether a text holds every word that is looked for, whatever the case. */
export function holds(text: string, wanted: string): boolean {
  const within = text.toLowerCase();
  return wanted.toLowerCase().split(/\s+/).every((word) => within.includes(word));
}
