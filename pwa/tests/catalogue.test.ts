// The goods on the phone: found by any printed form of a code, and brought up to date without a mixture.

import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, test } from 'vitest';
import { findCode, searchItems, syncCatalogue } from '../src/core/catalogue';
import { openDatabase, type Database } from '../src/core/db';
import type { CatalogueAnswer, CatalogueItem } from '../src/lib/api/types';

let db: Database;
let count = 0;
beforeEach(async () => {
  db = await openDatabase(`catalogue-${(count += 1)}`);
});

const item = (sku: string, name: string, ...codes: [code: string, unit: string, factor: string][]): CatalogueItem => ({
  sku, name, category: 'c', base_unit: '盒', decimals: 0, storage: 'chilled', price: '12.80', price_version: 1, negative: 'warn', shelf_life_days: 7, category_names: { zh: '乳品', en: 'Dairy' }, barcodes: codes.map(([code, unit, factor]) => ({ code, unit, factor })),
});
const answering = (answer: Partial<CatalogueAnswer>, asked: unknown[] = []) => ({
  get: <T>(_path: string, query?: unknown): Promise<T> => {
    asked.push(query);
    return Promise.resolve({ version: 1, full: true, items: [], removed: [], templates: [], ...answer } as T);
  },
});

describe('the catalogue', () => {
  test('a case code finds the goods with its unit and factor', async () => {
    await syncCatalogue(db, answering({ items: [item('MILK', '鲜牛奶', ['6926900602677', '盒', '1'], ['16926900602674', '箱', '12'])] }));
    expect(await findCode(db, '16926900602674')).toMatchObject({ unit: '箱', factor: '12', item: { sku: 'MILK' } });
    expect(await findCode(db, '06926900602677')).toMatchObject({ unit: '盒', item: { sku: 'MILK' } });
    expect(await findCode(db, 'MILK')).toMatchObject({ unit: '盒', factor: '1' });
    expect(await findCode(db, '6926900602684')).toBeNull();
  });

  test('later only changes are asked for, and codes taken away are gone', async () => {
    const asked: unknown[] = [];
    await syncCatalogue(db, answering({ items: [item('A', 'a', ['96385074', '盒', '1']), item('B', 'b')] }, asked));
    await syncCatalogue(db, answering({ version: 2, full: false, items: [item('A', 'a2')], removed: ['B'] }, asked));
    expect(asked).toEqual([{}, { since: 1 }]);
    expect(await findCode(db, '96385074')).toBeNull();
    expect((await findCode(db, 'A'))?.item.name).toBe('a2');
    expect(await findCode(db, 'B')).toBeNull();
  });

  test('goods are found by every word of a name, those beginning with it first', async () => {
    await syncCatalogue(db, answering({ items: [item('1', '全麦吐司 450g'), item('2', '吐司 原味'), item('3', '牛奶')] }));
    expect((await searchItems(db, '吐司')).map((i) => i.sku)).toEqual(['2', '1']);
    expect((await searchItems(db, '吐司 450')).map((i) => i.sku)).toEqual(['1']);
  });
});
