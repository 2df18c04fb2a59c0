// A barcode scanner that types like a keyboard. Its keys arrive much faster than fingers and end with Enter or Tab; the physical
// key (`code`) is read rather than the character, because a Chinese input method would swallow or change the characters.

export interface Key {
  code: string;
  key: string;
  shift: boolean;
  ctrl: boolean;
  atMs: number;
}

const GAP_MS = 35;
const SHORTEST = 4;
const SHIFTED_DIGITS = ')!@#$%^&*(';
const PUNCTUATION: Record<string, readonly [plain: string, shifted: string]> = {
  Minus: ['-', '_'],
  Equal: ['=', '+'],
  BracketLeft: ['[', '{'],
  BracketRight: [']', '}'],
  Backslash: ['\\', '|'],
  Semicolon: [';', ':'],
  Quote: ["'", '"'],
  Backquote: ['`', '~'],
  Comma: [',', '<'],
  Period: ['.', '>'],
  Slash: ['/', '?'],
  Space: [' ', ' '],
  NumpadDecimal: ['.', '.'],
  NumpadSubtract: ['-', '-'],
  NumpadAdd: ['+', '+'],
  NumpadMultiply: ['*', '*'],
  NumpadDivide: ['/', '/'],
};

/** The character a US-layout scanner means by a key; "" for keys that carry none. */
export function characterOf({ code, shift, ctrl }: Pick<Key, 'code' | 'shift' | 'ctrl'>): string {
  // Scanners send the GS1 separator as Ctrl+] or as F8.
  if ((ctrl && code === 'BracketRight') || code === 'F8') return '\x1d';
  if (ctrl) return '';
  if (code.startsWith('Key')) return shift ? code[3]! : code[3]!.toLowerCase();
  if (code.startsWith('Digit')) return shift ? SHIFTED_DIGITS[Number(code[5])]! : code[5]!;
  if (/^Numpad[0-9]$/.test(code)) return code[6]!;
  return PUNCTUATION[code]?.[shift ? 1 : 0] ?? '';
}

/** Gathers keys into scans. Feed every key down; an answer is a whole scan, and `swallow` says whether the page should see the key. */
export class Wedge {
  private text = '';
  private lastMs = 0;

  feed(key: Key): { scan: string | null; swallow: boolean } {
    const fast = key.atMs - this.lastMs < GAP_MS;
    if (!fast) this.text = '';
    const ends = key.code === 'Enter' || key.code === 'NumpadEnter' || key.code === 'Tab';
    if (ends) {
      const scan = fast && this.text.length >= SHORTEST ? this.text : null;
      this.text = '';
      return { scan, swallow: scan !== null };
    }
    if (key.code.startsWith('Shift') || key.code.startsWith('Control') || key.code.startsWith('Alt')) {
      if (fast) this.lastMs = key.atMs;
      return { scan: null, swallow: false };
    }
    const character = characterOf(key);
    if (character === '') this.text = '';
    this.text += character;
    this.lastMs = key.atMs;
    return { scan: null, swallow: fast && this.text.length > 2 };
  }
}

/** Listens on the whole page, but leaves alone what a person types into a field. */
export function listenForWedge(onScan: (text: string) => void, target: Document = document): () => void {
  const wedge = new Wedge();
  const down = (event: KeyboardEvent): void => {
    if (event.repeat) return;
    if (isTextField(event.target)) return;
    const { scan, swallow } = wedge.feed({ code: event.code, key: event.key, shift: event.shiftKey, ctrl: event.ctrlKey, atMs: event.timeStamp });
    if (swallow) event.preventDefault();
    if (scan !== null) onScan(scan);
  };
  target.addEventListener('keydown', down, true);
  return () => target.removeEventListener('keydown', down, true);
}

function isTextField(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  if (!element?.tagName) return false;
  if (element.isContentEditable || element.tagName === 'TEXTAREA' || element.tagName === 'SELECT') return true;
  if (element.tagName !== 'INPUT') return false;
  return !['button', 'checkbox', 'radio', 'range', 'submit', 'reset', 'file', 'color'].includes((element as HTMLInputElement).type);
}
