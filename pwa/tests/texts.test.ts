// Both languages are complete, ask for the same values, and every key is used somewhere.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const SRC = new URL('../src/', import.meta.url).pathname;
const files = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
const areas = readdirSync(join(SRC, 'i18n/texts')).map((name) => name.replace('.ts', ''));
const placesOf = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!).sort();

describe.each(areas)('the texts of %s', async (area) => {
  const module = (await import(`../src/i18n/texts/${area}.ts`)) as Record<string, Record<string, readonly [string, string]>>;
  const texts = Object.values(module)[0]!;

  test('have both languages with the same places for values', () => {
    for (const [key, [zh, en]] of Object.entries(texts)) {
      expect([zh.trim(), en.trim()], key).not.toContain('');
      expect(placesOf(zh), key).toEqual(placesOf(en));
    }
  });

  test('are Chinese on the Chinese side and not on the English one', () => {
    for (const [key, [zh, en]] of Object.entries(texts)) {
      expect(/[\u4e00-\u9fff]/.test(en) && !/中文/.test(en), `${key}: ${en}`).toBe(false);
      expect(zh.length, key).toBeGreaterThan(0);
    }
  });
});

describe('the pages', () => {
  test('say nothing in Chinese that is not a text by key', () => {
    // How dates read in Chinese is formatting, and the product's two names stand side by side on the sign-in page.
    const allowed = ['core/format.ts', 'access/SignIn.svelte', 'core/weighing.ts'];
    const bare = files(SRC)
      .filter((path) => /\.(svelte|ts)$/.test(path) && !path.includes('i18n/') && !allowed.includes(path.slice(SRC.length)))
      .flatMap((path) =>
        readFileSync(path, 'utf8')
          .replace(/<!--[\s\S]*?-->|\/\*[\s\S]*?\*\/|\/\/ .*$/gm, '')
          .split('\n')
          .filter((line) => /[\u4e00-\u9fff]/.test(line.replaceAll("'中文'", '')))
          .map((line) => `${path.slice(SRC.length)}: ${line.trim()}`),
      );
    expect(bare).toEqual([]);
  });
});
