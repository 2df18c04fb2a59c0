// Photos of goods: made small, freed of everything the camera wrote into them, named by their content, and kept on the device
// before any inspection mentions them. They travel in a queue of their own, behind the operations, and the full picture stays here
// as long as the operation that names it may have to be offered again.

import type { IDBPObjectStore } from 'idb';
import { ApiError, type Api } from './api';
import type { Database, LiushuiSchema, StoredPhoto } from './db';

export const LONGEST_SIDE = 1600;
export const THUMB_SIDE = 320;

export interface Quality {
  /** Variance of the Laplacian on a 320 px grey copy; a sharp label is in the hundreds, a shaken one in the tens. */
  sharpness: number;
  /** Mean brightness, 0 to 255. */
  brightness: number;
  verdict: 'good' | 'blurred' | 'dark' | 'bright';
}

/** Judges a small grey picture; cheap enough to ask for another photo while the goods are still in hand. */
export function judge(grey: Uint8ClampedArray | Uint8Array, width: number, height: number): Quality {
  let light = 0;
  for (const value of grey) light += value;
  const brightness = light / Math.max(1, grey.length);
  let sum = 0;
  let squares = 0;
  let n = 0;
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const i = y * width + x;
      const edge = 4 * grey[i]! - grey[i - 1]! - grey[i + 1]! - grey[i - width]! - grey[i + width]!;
      sum += edge;
      squares += edge * edge;
      n += 1;
    }
  }
  const mean = n ? sum / n : 0;
  const sharpness = n ? squares / n - mean * mean : 0;
  const verdict = brightness < 38 ? 'dark' : brightness > 238 ? 'bright' : sharpness < 28 ? 'blurred' : 'good';
  return { sharpness, brightness, verdict };
}

/** The grey copy `judge` wants from the four-byte pixels of a canvas. */
export function greyOf(rgba: Uint8ClampedArray): Uint8ClampedArray {
  const grey = new Uint8ClampedArray(rgba.length / 4);
  for (let i = 0, p = 0; i < grey.length; i += 1, p += 4) grey[i] = (rgba[p]! * 77 + rgba[p + 1]! * 150 + rgba[p + 2]! * 29) >> 8;
  return grey;
}

export interface MadePhoto {
  photo: StoredPhoto;
  quality: Quality;
}

/** Re-encodes a picture through a canvas, which leaves only the pixels: no place, no camera name, upright. */
export async function makePhoto(source: Blob | ImageBitmap, nowMs: number): Promise<MadePhoto> {
  const picture = source instanceof Blob ? await createImageBitmap(source, { imageOrientation: 'from-image' }) : source;
  try {
    const small = draw(picture, THUMB_SIDE);
    const pixels = small.context.getImageData(0, 0, small.canvas.width, small.canvas.height);
    const quality = judge(greyOf(pixels.data), pixels.width, pixels.height);
    const full = await encode(draw(picture, LONGEST_SIDE).canvas, 0.8);
    const bytes = await full.arrayBuffer();
    const thumb = await (await encode(small.canvas, 0.8)).arrayBuffer();
    return {
      photo: { sha256: await sha256(bytes), full: bytes, thumb, mime: full.type, size: bytes.byteLength, state: 'queued', made_ms: nowMs },
      quality,
    };
  } finally {
    picture.close();
  }
}

function draw(picture: ImageBitmap, longest: number): { canvas: OffscreenCanvas; context: OffscreenCanvasRenderingContext2D } {
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale)));
  const context = canvas.getContext('2d', { willReadFrequently: longest === THUMB_SIDE })!;
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return { canvas, context };
}

async function encode(canvas: OffscreenCanvas, quality: number): Promise<Blob> {
  const webp = await canvas.convertToBlob({ type: 'image/webp', quality });
  // Some browsers cannot write WebP and silently give PNG instead, which is ten times the size.
  return webp.type === 'image/webp' ? webp : canvas.convertToBlob({ type: 'image/jpeg', quality });
}

export async function sha256(bytes: BufferSource): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, '0')).join('');
}

/** Keeps the photo on the device; only after this may an operation name it. */
export async function keepPhoto(db: Database, photo: StoredPhoto): Promise<void> {
  const tx = db.transaction('photos', 'readwrite', { durability: 'strict' });
  if (!(await tx.store.get(photo.sha256))) await tx.store.put(photo);
  await tx.done;
}

/** Uploads the photos that wait, one after the other; answers how many still wait. */
export async function uploadPhotos(db: Database, api: Pick<Api, 'put'>): Promise<number> {
  const keys = await db.getAllKeysFromIndex('photos', 'state', 'queued');
  let left = keys.length;
  for (const key of keys) {
    const photo = await db.get('photos', key);
    if (!photo?.full) continue;
    try {
      await api.put(`/v1/photos/${key}`, new Blob([photo.full], { type: photo.mime }));
      await db.put('photos', { ...photo, state: 'uploaded' });
      left -= 1;
    } catch (error) {
      if (error instanceof ApiError && [400, 413, 415, 422].includes(error.status)) {
        await db.put('photos', { ...photo, state: 'refused' });
        left -= 1;
      } else return left;
    }
  }
  return left;
}

/** How long an uploaded picture waits for the operation that will name it: a draft may be finished next day. */
export const UNNAMED_MS = 2 * 86_400_000;

/** The photos an operation speaks of. */
export function namedPhotos(body: Record<string, unknown>): string[] {
  return Array.isArray(body.photos) ? body.photos.filter((name) => typeof name === 'string') : [];
}

type Stores = ArrayLike<'outbox' | 'photos' | 'items' | 'codes' | 'drafts' | 'meta'>;

/** Gives uploaded photos to the node again; those of which only the small picture is left stay as they are. */
export async function queueAgain(store: IDBPObjectStore<LiushuiSchema, Stores, 'photos', 'readwrite'>, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const photo = await store.get(name);
    if (photo?.full && photo.state === 'uploaded') await store.put({ ...photo, state: 'queued' });
  }
}

/** Keeps only the small picture of uploaded photos that no operation speaks of any more, or only stable ones do. */
export async function thinPhotos(db: Database, nowMs: number): Promise<void> {
  const open = await Promise.all((['queued', 'accepted', 'synced', 'refused'] as const).map((state) => db.getAllFromIndex('outbox', 'state', state)));
  const needed = new Set(open.flat().flatMap((entry) => namedPhotos(entry.body)));
  const named = new Set((await db.getAllFromIndex('outbox', 'state', 'stable')).flatMap((entry) => namedPhotos(entry.body)));
  const tx = db.transaction('photos', 'readwrite');
  for (const photo of await tx.store.index('state').getAll('uploaded')) {
    if (!photo.full || needed.has(photo.sha256)) continue;
    if (named.has(photo.sha256) || photo.made_ms < nowMs - UNNAMED_MS) await tx.store.put({ ...photo, full: null });
  }
  await tx.done;
}
