// Whether a photo is worth keeping, and that the queue gives each to the node once.

import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { ApiError } from '../src/core/api';
import { openDatabase, type StoredPhoto } from '../src/core/db';
import { judge, keepPhoto, sha256, thinPhotos, UNNAMED_MS, uploadPhotos } from '../src/core/photos';

function picture(pixel: (x: number, y: number) => number): [Uint8ClampedArray, number, number] {
  const [w, h] = [160, 120];
  const grey = new Uint8ClampedArray(w * h);
  for (let y = 0; y < h; y += 1) for (let x = 0; x < w; x += 1) grey[y * w + x] = pixel(x, y);
  return [grey, w, h];
}

describe('judging a photo', () => {
  test('sharp edges are good, a smooth shade is blurred, night and glare are named', () => {
    expect(judge(...picture((x) => (x % 8 < 4 ? 60 : 190))).verdict).toBe('good');
    expect(judge(...picture((x) => 90 + x / 4)).verdict).toBe('blurred');
    expect(judge(...picture((x) => (x % 8 < 4 ? 4 : 30))).verdict).toBe('dark');
    expect(judge(...picture((x) => (x % 8 < 4 ? 240 : 255))).verdict).toBe('bright');
  });
});

describe('the photo queue', () => {
  const photo = (sha: string): StoredPhoto => ({ sha256: sha, full: new Uint8Array([1, 2]).buffer, thumb: new ArrayBuffer(1), mime: 'image/webp', size: 2, state: 'queued', made_ms: 0 });

  test('a photo is named by its bytes', async () => {
    expect(await sha256(new TextEncoder().encode('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  test('a failure stops the round, a refusal does not, and what was uploaded is kept whole', async () => {
    const db = await openDatabase('photos');
    for (const sha of ['a', 'b', 'c']) await keepPhoto(db, photo(sha));
    const sent: string[] = [];
    const api = {
      put: <T>(path: string): Promise<T> => {
        sent.push(path);
        if (path.endsWith('/b')) return Promise.reject(new ApiError(422, 'photo_malformed', ''));
        if (path.endsWith('/c') && sent.length < 4) return Promise.reject(new ApiError(503, 'busy', ''));
        return Promise.resolve({} as T);
      },
    };
    expect(await uploadPhotos(db, api)).toBe(1);
    expect(await uploadPhotos(db, api)).toBe(0);
    expect(sent).toEqual(['/v1/photos/a', '/v1/photos/b', '/v1/photos/c', '/v1/photos/c']);
    expect((await db.getAll('photos')).map((p) => [p.sha256, p.state, p.full === null])).toEqual([['a', 'uploaded', false], ['b', 'refused', false], ['c', 'uploaded', false]]);
  });

  test('only the small picture is kept once the operation that names it is stable, or none ever named it', async () => {
    const db = await openDatabase('thin');
    for (const sha of ['stable', 'open', 'draft', 'old']) await db.put('photos', { ...photo(sha), state: 'uploaded', made_ms: sha === 'old' ? 0 : UNNAMED_MS });
    const entry = (state: 'stable' | 'synced', sha: string) => ({ op_id: sha, state, body: { photos: [sha] } }) as never;
    await db.add('outbox', entry('stable', 'stable'));
    await db.add('outbox', entry('synced', 'open'));
    await thinPhotos(db, UNNAMED_MS + 1);
    expect(Object.fromEntries((await db.getAll('photos')).map((p) => [p.sha256, p.full === null]))).toEqual({ stable: true, open: false, draft: false, old: true });
  });
});
