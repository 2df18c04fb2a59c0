// Writes the types of both servers' HTTP contracts from their OpenAPI documents (pwa/openapi/*.json, which the servers write
// themselves). With --check nothing is written: it fails when a type file is not what its document says.

import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const check = process.argv.includes('--check');
let stale = 0;
for (const side of ['edge', 'cloud']) {
  const document = new URL(`../openapi/${side}.json`, import.meta.url);
  const target = new URL(`../src/lib/api/${side}.ts`, import.meta.url);
  const head = `// The types of the ${side}'s HTTP contract, generated from openapi/${side}.json by \`npm run api\`; do not edit.\n\n`;
  const text = head + astToString(await openapiTS(JSON.parse(await readFile(document, 'utf8')), { alphabetize: true, defaultNonNullable: false }));
  const present = await readFile(target, 'utf8').catch(() => '');
  if (text === present) continue;
  stale += 1;
  if (!check) await writeFile(target, text);
  console.log(`${check ? 'differs' : 'written'}: src/lib/api/${side}.ts`);
}
process.exit(check && stale > 0 ? 1 : 0);
