// The camera as a source of believed codes. The stream is asked for once and kept while the app lives, switched off between
// scans: asking again would make Safari ask the person again each time.

import { Agreement } from './agreement';
import type { FrameIn, FrameOut } from './scanner.worker';

export interface CameraScan {
  text: string;
  symbology: string;
  /** The part of the frame the code was read from, to show beside a code nobody knows. */
  crop: ImageBitmap | null;
}

export class CameraError extends Error {
  constructor(readonly reason: 'insecure' | 'missing' | 'denied' | 'busy') {
    super(reason);
    this.name = 'CameraError';
  }
}

const KEEP_WIDTH = 1280;
const agreement = new Agreement();
let stream: MediaStream | null = null;
let worker: Worker | null = null;
let frames = 0;

async function openStream(): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new CameraError('insecure');
  if (!stream?.getVideoTracks().some((t) => t.readyState === 'live')) {
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: { ideal: 'environment' }, width: { ideal: 1920 }, height: { ideal: 1080 } },
      });
    } catch (error) {
      const name = error instanceof DOMException ? error.name : '';
      throw new CameraError(name === 'NotAllowedError' ? 'denied' : name === 'NotReadableError' ? 'busy' : 'missing');
    }
  }
  for (const track of stream.getVideoTracks()) track.enabled = true;
  return stream;
}

/** Loads the decoder ahead of the first scan, so that airplane mode finds it there. */
export function warmDecoder(): Worker {
  worker ??= new Worker(new URL('./scanner.worker.ts', import.meta.url), { type: 'module' });
  return worker;
}

export interface RunningCamera {
  stop: () => void;
  again: () => void;
  hasTorch: boolean;
  torch: (on: boolean) => Promise<void>;
  grab: () => Promise<ImageBitmap>;
}

/** Shows the camera in the video element and reports each believed code until stopped. */
export async function startCamera(video: HTMLVideoElement, onScan: ((scan: CameraScan) => void) | null): Promise<RunningCamera> {
  const live = await openStream();
  video.srcObject = live;
  video.muted = true;
  video.playsInline = true;
  await video.play();
  const track = live.getVideoTracks()[0]!;
  let running = true;
  if (onScan) void scanFrames(video, () => running, onScan);
  return {
    stop: () => {
      running = false;
      video.srcObject = null;
      track.enabled = false;
    },
    again: () => agreement.reset(),
    hasTorch: Boolean((track.getCapabilities?.() as { torch?: boolean } | undefined)?.torch),
    torch: (on) => track.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] }),
    grab: () => createImageBitmap(video),
  };
}

/** Gives the camera back to the phone, for when the person leaves the app's scanning pages for good. */
export function releaseCamera(): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
}

async function scanFrames(video: HTMLVideoElement, running: () => boolean, onScan: (scan: CameraScan) => void): Promise<void> {
  const decoder = warmDecoder();
  while (running()) {
    await nextFrame(video);
    if (!running()) return;
    if (document.visibilityState !== 'visible' || video.videoWidth === 0) continue;
    const bitmap = await frameOf(video);
    const keep = await createImageBitmap(bitmap);
    const out = await ask(decoder, { frame: ++frames, bitmap });
    const read = running() ? out.readings.find((r) => agreement.offer(r, out.frame, performance.now())) : undefined;
    if (read) onScan({ text: read.text, symbology: read.symbology, crop: await cropOf(keep, read.box) });
    keep.close();
  }
}

function nextFrame(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    if ('requestVideoFrameCallback' in video) {
      video.requestVideoFrameCallback(() => resolve());
      // A camera that is switched off sends no frames; the loop must still notice that it was stopped.
      setTimeout(resolve, 1000);
    } else setTimeout(resolve, 100);
  });
}

/** The middle of the picture at the decoder's width; long thin codes need the whole width. */
function frameOf(video: HTMLVideoElement): Promise<ImageBitmap> {
  const { videoWidth: width, videoHeight: height } = video;
  return width > KEEP_WIDTH
    ? createImageBitmap(video, { resizeWidth: KEEP_WIDTH, resizeHeight: Math.round((height * KEEP_WIDTH) / width) })
    : createImageBitmap(video);
}

async function cropOf(frame: ImageBitmap, [x, y, w, h]: readonly [number, number, number, number]): Promise<ImageBitmap | null> {
  const margin = Math.max(24, Math.min(w, h) * 0.4);
  const left = Math.max(0, x - margin);
  const top = Math.max(0, y - Math.max(margin, 60));
  const width = Math.min(frame.width - left, w + 2 * margin);
  const height = Math.min(frame.height - top, h + 2 * Math.max(margin, 60));
  return width > 1 && height > 1 ? createImageBitmap(frame, left, top, width, height) : null;
}

function ask(decoder: Worker, input: FrameIn): Promise<FrameOut> {
  return new Promise((resolve) => {
    decoder.addEventListener('message', (event: MessageEvent<FrameOut>) => resolve(event.data), { once: true });
    decoder.postMessage(input, [input.bitmap]);
  });
}
