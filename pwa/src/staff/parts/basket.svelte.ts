// The lines being gathered for one operation: a scan begins a line or adds one to it, a tap edits it, removing can be undone.
// The gathered lines are a draft, so they survive whatever happens to the browser.

import { common } from '../../i18n/texts/common';
import { translator } from '../../i18n/language.svelte';
import { draft, type Draft } from '../../state/draft.svelte';
import type { Scanned } from '../../state/resolve.svelte';
import { say } from '../../state/say.svelte';
import { currency } from '../../state/session.svelte';
import { lineOf, mustBeWeighed, plus, sameGoods, type Line } from './lines';
import { t } from './words';

const c = translator(common);

export class Basket {
  readonly draft: Draft<{ lines: Line[] }>;
  editing = $state.raw<{ line: Line; isNew: boolean } | null>(null);

  /** `weighing`: goods by weight are put on the scale, piece by piece, rather than counted up. */
  constructor(
    name: string,
    private readonly weighing = false,
  ) {
    this.draft = draft(name, () => ({ lines: [] }));
  }

  get lines(): Line[] {
    return this.draft.value.lines;
  }

  /** Adds one of the goods, or opens the number pad first where the task wants a quantity each time. */
  scan(scanned: Scanned, askFirst: boolean): void {
    if (this.weighing && mustBeWeighed(scanned)) {
      // Each piece on the scale is a line of its own, with its own reading.
      this.editing = { line: lineOf(scanned, currency().digits, ''), isNew: true };
      return;
    }
    const same = this.lines.find((line) => sameGoods(line, scanned));
    if (same && !askFirst) {
      same.qty = plus(same.qty, '1');
      this.toEnd(same.id);
    } else if (same) this.editing = { line: $state.snapshot(same) as Line, isNew: false };
    else if (askFirst) this.editing = { line: lineOf(scanned, currency().digits), isNew: true };
    else this.lines.push(lineOf(scanned, currency().digits));
  }

  save(line: Line): void {
    const at = this.lines.findIndex((l) => l.id === line.id);
    if (at >= 0) this.lines[at] = line;
    else this.lines.push(line);
    this.editing = null;
  }

  remove(line: Line): void {
    const at = this.lines.findIndex((l) => l.id === line.id);
    this.editing = null;
    if (at < 0) return;
    const [removed] = $state.snapshot(this.lines.splice(at, 1)) as Line[];
    say('quiet', t('removed', { name: line.name }), {
      label: c('undo'),
      run: () => this.lines.splice(Math.min(at, this.lines.length), 0, removed!),
    });
  }

  private toEnd(id: string): void {
    const at = this.lines.findIndex((l) => l.id === id);
    const [line] = this.lines.splice(at, 1);
    if (line) this.lines.push(line);
  }
}
