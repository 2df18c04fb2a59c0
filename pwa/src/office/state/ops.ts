// Writing master data. Head office's pages work online only, so an op goes straight to the server instead of an outbox; but it
// still carries its own id, and the same form saved again after a broken connection sends the same id, so it is done once.

import { uuid7 } from '../../core/uuid7';
import { ApiError } from '../../core/api';
import type { Op, OpsAnswer, Message } from '../../lib/api/types';
import { api } from '../../state/session.svelte';
import { about, contentOf, type Change } from './changes';

export { orderNumber, type Change } from './changes';

const STORED = 'liushui.office';

/** This browser's next number in its own series; taken under a lock because two tabs may save at once. */
async function nextNumber(): Promise<{ device_id: string; dev_seq: number }> {
  return navigator.locks.request(STORED, () => {
    const known = JSON.parse(localStorage.getItem(STORED) ?? 'null') as { device_id: string; dev_seq: number } | null;
    const next = { device_id: known?.device_id ?? uuid7(Date.now()), dev_seq: (known?.dev_seq ?? 0) + 1 };
    localStorage.setItem(STORED, JSON.stringify(next));
    return next;
  });
}

/** Sends changes in order. What got no answer is sent with the same id when asked for again; what was accepted is not sent again. */
export class Sender {
  private waiting = new Map<string, Op>();
  private accepted = new Map<string, string>();

  /** Throws the server's refusal, or Unreachable; on success all changes stand. */
  async send(changes: readonly Change[]): Promise<Message[]> {
    const todo = changes.filter((change) => this.accepted.get(about(change)) !== contentOf(change));
    if (!todo.length) return [];
    const ops: Op[] = [];
    for (const change of todo) ops.push(await this.opFor(change));
    const answer = await api.post<OpsAnswer>('/v1/ops', { ops });
    this.waiting.clear();
    for (const [i, change] of todo.entries()) if (answer.results[i]?.state === 'accepted') this.accepted.set(about(change), contentOf(change));
    const refused = answer.results.find((result) => result.state === 'rejected');
    if (refused) throw new ApiError(422, refused.error?.key ?? 'refused', refused.error?.text ?? '', refused.error?.values ?? {});
    return answer.results.flatMap((result) => result.warnings ?? []);
  }

  private async opFor(change: Change): Promise<Op> {
    const { kind, body } = change;
    const content = contentOf(change);
    const known = this.waiting.get(content);
    if (known) return known;
    const at = Date.now();
    const op: Op = { op_id: uuid7(at), ...(await nextNumber()), kind, v: 1, at_ms: at, offset_ms: api.clock.offsetMs, body };
    this.waiting.set(content, op);
    return op;
  }
}
