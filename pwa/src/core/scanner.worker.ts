// The decoder, off the page's thread so that the page stays smooth. It takes one frame at a time and tries it in one of three
// ways in turn: fast, harder, and turned by 45° (bars lying aslant are what the first two cannot read).

import { prepareZXingModule, readBarcodes, type ReaderOptions } from 'zxing-wasm/reader';
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';

export interface FrameIn {
  frame: number;
  bitmap: ImageBitmap;
}
export interface FrameOut {
  frame: number;
  ms: number;
  readings: { text: string; symbology: string; linear: boolean; box: [x: number, y: number, w: number, h: number] }[];
  error?: string;
}

// The library would otherwise fetch its wasm from a public network.
prepareZXingModule({ overrides: { locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? wasmUrl : prefix + path) } });

const COMMON: ReaderOptions = {
  formats: ['EAN13', 'EAN8', 'UPCA', 'UPCE', 'Code128', 'ITF', 'Code39', 'DataBarOmni', 'DataBarExp', 'DataBarLtd', 'QRCode', 'DataMatrix'],
  textMode: 'Plain',
  maxNumberOfSymbols: 4,
};
const FAST: ReaderOptions = { ...COMMON, tryHarder: false, tryRotate: false, tryInvert: false, tryDownscale: false };
const HARD: ReaderOptions = { ...COMMON, tryHarder: true, tryRotate: true, tryInvert: true, tryDownscale: true };
const MATRIX = new Set(['QRCode', 'QRCodeModel2', 'QRCodeModel1', 'MicroQRCode', 'RMQRCode', 'DataMatrix']);

let canvas: OffscreenCanvas | null = null;

function pixels(bitmap: ImageBitmap, turned: boolean): ImageData {
  const { width, height } = bitmap;
  canvas ??= new OffscreenCanvas(width, height);
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  if (turned) {
    context.translate(width / 2, height / 2);
    context.rotate(Math.PI / 4);
    context.translate(-width / 2, -height / 2);
  }
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, width, height);
}

async function decode({ frame, bitmap }: FrameIn): Promise<FrameOut> {
  const began = performance.now();
  const way = frame % 4;
  const turned = way === 3;
  const image = pixels(bitmap, turned);
  const box = { width: bitmap.width, height: bitmap.height };
  bitmap.close();
  const found = await readBarcodes(image, way === 0 || way === 2 ? FAST : HARD);
  return {
    frame,
    ms: performance.now() - began,
    readings: found
      .filter((r) => r.isValid && r.text)
      .map((r) => {
        const xs = [r.position.topLeft.x, r.position.topRight.x, r.position.bottomLeft.x, r.position.bottomRight.x];
        const ys = [r.position.topLeft.y, r.position.topRight.y, r.position.bottomLeft.y, r.position.bottomRight.y];
        const at: [number, number, number, number] = turned
          ? [0, 0, box.width, box.height]
          : [Math.min(...xs), Math.min(...ys), Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)];
        // UPC-A and EAN-13 share an identifier but not a length, so there the format's own name says more.
        return { text: r.text, symbology: /^(?:EAN|UPC)/.test(r.format) ? r.format : r.symbologyIdentifier || r.format, linear: !MATRIX.has(r.format), box: at };
      }),
  };
}

self.onmessage = (event: MessageEvent<FrameIn>) => {
  void decode(event.data)
    .catch((error: unknown): FrameOut => ({ frame: event.data.frame, ms: 0, readings: [], error: String(error) }))
    .then((out) => self.postMessage(out));
};
