// A report's cells as people read them, and the words of the report pages.

import { reports } from '../../i18n/texts/reports';
import { translator } from '../../i18n/language.svelte';
import type { ShownColumn } from '../../lib/api/office_types';
import { day, money, quantity } from '../../state/format.svelte';

export const r = translator(reports);

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A cell by its kind; what is not available is a dash, which is not zero. */
export function readable(kind: ShownColumn['kind'], cell: string | null | undefined): string {
  if (cell === null || cell === undefined) return '–';
  switch (kind) {
    case 'money':
      return money(cell);
    case 'qty':
    case 'count':
      return quantity(cell);
    case 'percent':
      return `${quantity(cell)}%`;
    case 'date':
      return DAY.test(cell) ? day(cell) : cell;
    default:
      return cell;
  }
}

export const isFigure = (kind: ShownColumn['kind']): boolean => kind !== 'text' && kind !== 'date';
