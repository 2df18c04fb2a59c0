// Head office's help: every page's question mark finds its chapter, and every chapter is told whole.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { officeHelp } from '../src/i18n/texts/office_help';
import { CHAPTERS, GROUPS, helpFor, holds } from '../src/office/parts/chapters';

test('a page leads to the chapter of the innermost page it lies in', () => {
  expect(helpFor('/office')).toBe('/office/help/figures');
  expect(helpFor('/office/books')).toBe('/office/help/books');
  expect(helpFor('/office/books/accounts/1405')).toBe('/office/help/accounts');
  expect(helpFor('/office/books/vouchers/ab/7/0/0')).toBe('/office/help/voucher');
  expect(helpFor('/office/reports/balance-sheet')).toBe('/office/help/reports');
  expect(helpFor('/office/reports/subscriptions')).toBe('/office/help/subscriptions');
  expect(helpFor('/office/master/users')).toBe('/office/help/sign_in');
  expect(helpFor('/office/master/products')).toBe('/office/help/master');
});

test('a page nobody wrote of leads to the beginning, also one whose name only begins like another', () => {
  expect(helpFor('/office/bookshelf')).toBe('/office/help');
  expect(helpFor('/office/none')).toBe('/office/help');
});

test('every page of the menu and of the books has a chapter', () => {
  const source = ['Office', 'books/Books'].map((name) => readFileSync(new URL(`../src/office/${name}.svelte`, import.meta.url), 'utf8')).join('');
  const paths = [...source.matchAll(/'(\/office(?:\/[a-z]+)*)'/g)].map((found) => found[1]!).filter((path) => !['/office/help', '/office/replenishment'].includes(path));
  expect(paths.length).toBeGreaterThan(25);
  expect(paths.filter((path) => helpFor(path) === '/office/help')).toEqual([]);
});

test('every chapter has its title, its three parts and an area, and no text is left over', () => {
  const told = CHAPTERS.flatMap(({ key }) => ['t', 'for', 'how', 'wrong'].map((part) => `${key}_${part}`));
  const chapters = Object.keys(officeHelp).filter((key) => /_(t|for|how|wrong)$/.test(key) && !key.startsWith('part_'));
  expect(chapters).toEqual(told);
  expect([...new Set(CHAPTERS.map(({ group }) => group))]).toEqual([...GROUPS]);
});

test('a search wants every word, whatever the case and the order', () => {
  expect(holds('Approve with a reason', 'REASON approve')).toBe(true);
  expect(holds('Approve with a reason', 'approve invoice')).toBe(false);
  expect(holds('先盘点，再结账', '结账 盘点')).toBe(true);
});
