// Short messages at the foot of the page (with an optional undo), and the app's own yes/no question. Both are read out by
// screen readers; the question is a promise, so that a page can simply wait for the answer.

export type Tone = 'ok' | 'warn' | 'block' | 'quiet';

export interface Note {
  id: number;
  tone: Tone;
  text: string;
  action?: { label: string; run: () => void };
}

export interface Question {
  title: string;
  text: string;
  yes: string;
  tone: Tone;
  answer: (yes: boolean) => void;
}

export const notes = $state<Note[]>([]);
export const asking = $state<{ question: Question | null }>({ question: null });
let nextId = 1;

export function dismiss(id: number): void {
  const at = notes.findIndex((n) => n.id === id);
  if (at >= 0) notes.splice(at, 1);
}

/** Shows a message; with an action it stays the five seconds in which the action can be taken. */
export function say(tone: Tone, text: string, action?: Note['action']): void {
  const id = nextId++;
  notes.splice(0, Math.max(0, notes.length - 1));
  notes.push({ id, tone, text, ...(action ? { action } : {}) });
  setTimeout(() => dismiss(id), action || tone === 'block' ? 5000 : 3200);
}

/** Asks and waits for yes or no. */
export function ask(question: Omit<Question, 'answer'>): Promise<boolean> {
  return new Promise((resolve) => {
    asking.question = {
      ...question,
      answer: (yes) => {
        asking.question = null;
        resolve(yes);
      },
    };
  });
}
