// The outbox: what a person did is first made safe on this device, only then shown as done, and then delivered until the
// store's node has it, in order, once each. Delivering again is always allowed, because the operation carries its own id.
//
//   queued ─► accepted (the node has it) ─► synced (head office has it) ─► stable (so has the node's own copy elsewhere)
//      └────► refused (the node said no: a person must look) ─► discarded, or put again
//
// A refused operation never holds up the ones behind it. Only what is stable is ever forgotten.

import { ApiError, Unreachable, type Api } from './api';
import { readMeta, type Database, type Entry, type EntryState } from './db';
import type { OpResult, OpsAnswer, OpState } from '../lib/api/types';
import { uuid7 } from './uuid7';

export const BATCH_MAX = 100;
export const KEEP_STABLE_MS = 30 * 86_400_000;
const ASK_STATES_MAX = 200;
const WAIT_MAX_S = 60;

export interface Put {
  kind: string;
  body: Record<string, unknown>;
  about: Entry['about'];
  /** The unfinished work this operation completes; it disappears in the same transaction. */
  draft?: string;
  replaces?: string;
}

export interface OutboxOptions {
  api: Pick<Api, 'post' | 'clock'>;
  user: () => string | null;
  now?: () => number;
  /** Runs the work alone among all tabs; answers without running it when another tab is at it. */
  alone?: (work: () => Promise<void>) => Promise<void>;
  changed?: () => void;
  /** The number range to go on from when the device's storage was cleared but a mark of it survived. */
  firstDevSeq?: () => number;
  noteDevSeq?: (deviceId: string, devSeq: number) => void;
  deviceId?: () => string | null;
  random?: () => number;
}

export interface Counts {
  waiting: number;
  refused: number;
  oldestWaitingMs: number | null;
}

export class Outbox {
  private waitUntil = 0;
  private failures = 0;
  private askStatesAfter = 0;
  private flushing: Promise<void> | null = null;

  constructor(
    private readonly db: Database,
    private readonly options: OutboxOptions,
  ) {}

  private now(): number {
    return (this.options.now ?? Date.now)();
  }

  /** Makes the operation safe on the device. When this answers, and not before, the person may be told it is done. */
  async put(put: Put): Promise<Entry> {
    const user = this.options.user();
    if (!user) throw new Error('nobody is signed in');
    const at = this.now();
    const tx = this.db.transaction(['outbox', 'meta', 'drafts'], 'readwrite', { durability: 'strict' });
    const meta = tx.objectStore('meta');
    let deviceId = (await meta.get('device_id'))?.value as string | undefined;
    if (!deviceId) {
      deviceId = this.options.deviceId?.() ?? uuid7(at);
      await meta.put({ name: 'device_id', value: deviceId });
    }
    const last = ((await meta.get('dev_seq'))?.value as number | undefined) ?? this.options.firstDevSeq?.() ?? 0;
    const entry: Omit<Entry, 'seq'> = {
      op_id: uuid7(at),
      device_id: deviceId,
      dev_seq: last + 1,
      kind: put.kind,
      body: put.body,
      at_ms: at,
      offset_ms: this.options.api.clock.offsetMs,
      user,
      state: 'queued',
      about: put.about,
      tries: 0,
      changed_ms: at,
      ...(put.replaces ? { replaces: put.replaces } : {}),
    };
    await meta.put({ name: 'dev_seq', value: last + 1 });
    const seq = await tx.objectStore('outbox').add(entry as Entry);
    if (put.draft) await tx.objectStore('drafts').delete(put.draft);
    if (put.replaces) {
      const old = await tx.objectStore('outbox').index('op_id').get(put.replaces);
      if (old) await tx.objectStore('outbox').put({ ...old, state: 'discarded', changed_ms: at });
    }
    await tx.done;
    this.options.noteDevSeq?.(deviceId, last + 1);
    this.options.changed?.();
    return { ...entry, seq };
  }

  /** Delivers what waits, oldest first, and asks how far the delivered ones have come. Safe to call at any time. */
  flush(options: { force?: boolean } = {}): Promise<void> {
    if (options.force) this.waitUntil = 0;
    const alone = this.options.alone ?? ((work) => work());
    this.flushing ??= alone(() => this.deliver()).finally(() => (this.flushing = null));
    return this.flushing;
  }

  private async deliver(): Promise<void> {
    let size = BATCH_MAX;
    while (this.now() >= this.waitUntil) {
      const batch = await this.waiting(size);
      if (batch.length === 0) break;
      const outcome = await this.send(batch);
      if (outcome === 'split') size = Math.max(1, Math.floor(batch.length / 2));
      else if (outcome === 'stop') return;
    }
    await this.followUp();
    await this.forget();
  }

  private async waiting(limit: number): Promise<Entry[]> {
    const user = this.options.user();
    const queued = await this.db.getAllFromIndex('outbox', 'state', 'queued');
    return queued
      .filter((e) => e.user === user)
      .sort((a, b) => a.seq - b.seq)
      .slice(0, limit);
  }

  private async send(batch: Entry[]): Promise<'sent' | 'split' | 'stop'> {
    try {
      const answer = await this.options.api.post<OpsAnswer>('/v1/ops', { ops: batch.map(wire) });
      const settled = await this.settle(batch, answer.results);
      this.failures = 0;
      if (settled > 0) return 'sent';
      // An answer that mentions none of ours would make us ask for ever.
      this.waitAfter(null);
      return 'stop';
    } catch (error) {
      if (error instanceof ApiError && [400, 409, 413, 415, 422].includes(error.status)) {
        if (batch.length > 1) return 'split';
        const only = batch[0]!;
        await this.settle(batch, [
          { op_id: only.op_id, state: 'rejected', error: { key: error.key, text: error.text } },
        ]);
        return 'sent';
      }
      if (!(error instanceof ApiError) && !(error instanceof Unreachable)) throw error;
      this.waitAfter(error instanceof ApiError ? error.retryAfterS : null);
      return 'stop';
    }
  }

  private waitAfter(seconds: number | null): void {
    this.failures += 1;
    const grown = Math.min(WAIT_MAX_S, 2 ** Math.min(this.failures, 6)) * (0.5 + (this.options.random ?? Math.random)() / 2);
    this.waitUntil = this.now() + Math.round((seconds ?? grown) * 1000);
  }

  private async settle(batch: Entry[], results: readonly OpResult[]): Promise<number> {
    const byId = new Map(results.map((r) => [r.op_id, r]));
    const tx = this.db.transaction('outbox', 'readwrite', { durability: 'strict' });
    let settled = 0;
    for (const sent of batch) {
      const result = byId.get(sent.op_id);
      const entry = await tx.store.get(sent.seq);
      if (!entry || entry.state !== 'queued') continue;
      entry.tries += 1;
      if (result?.state === 'accepted' || result?.state === 'rejected') {
        settled += 1;
        entry.state = result.state === 'accepted' ? 'accepted' : 'refused';
        if (result.log) entry.log = result.log;
        if (typeof result.seq === 'number') entry.log_seq = result.seq;
        if (result.error) entry.error = result.error;
        if (result.warnings?.length) entry.warnings = result.warnings;
        entry.changed_ms = this.now();
      }
      await tx.store.put(entry);
    }
    await tx.done;
    this.options.changed?.();
    return settled;
  }

  /** Asks how far the delivered operations have come, a few times a minute at most. */
  private async followUp(): Promise<void> {
    if (this.now() < Math.max(this.askStatesAfter, this.waitUntil)) return;
    const open = [
      ...(await this.db.getAllFromIndex('outbox', 'state', 'accepted')),
      ...(await this.db.getAllFromIndex('outbox', 'state', 'synced')),
    ].slice(0, ASK_STATES_MAX);
    if (open.length === 0) return;
    this.askStatesAfter = this.now() + 5000;
    try {
      const answer = await this.options.api.post<{ states: Record<string, OpState> }>('/v1/ops/states', {
        op_ids: open.map((e) => e.op_id),
      });
      await this.advance(open, answer.states);
    } catch {
      // Only a question: the operations are delivered, the ticks can wait for the next round.
    }
  }

  private async advance(open: Entry[], states: Record<string, OpState>): Promise<void> {
    const RANK: Record<string, number> = { accepted: 1, synced: 2, stable: 3 };
    const tx = this.db.transaction('outbox', 'readwrite');
    let moved = false;
    for (const { seq, op_id } of open) {
      const state = states[op_id];
      const entry = await tx.store.get(seq);
      if (!entry || !state) continue;
      if (state === 'unknown') {
        // The node lost it (an old copy was put back in its place): deliver it again, the id keeps it single.
        await tx.store.put({ ...entry, state: 'queued', changed_ms: this.now() });
        moved = true;
      } else if (RANK[state]! > (RANK[entry.state] ?? 9)) {
        await tx.store.put({ ...entry, state: state as EntryState, changed_ms: this.now() });
        moved = true;
      }
    }
    await tx.done;
    if (moved) this.options.changed?.();
  }

  /** Forgets what is safe everywhere and older than the history a person looks back on. */
  private async forget(): Promise<void> {
    const before = this.now() - KEEP_STABLE_MS;
    const done = [
      ...(await this.db.getAllFromIndex('outbox', 'state', 'stable')),
      ...(await this.db.getAllFromIndex('outbox', 'state', 'discarded')),
    ].filter((e) => e.changed_ms < before);
    for (const entry of done) await this.db.delete('outbox', entry.seq);
  }

  /** All operations on the device, newest first. */
  async entries(limit = 300): Promise<Entry[]> {
    const found: Entry[] = [];
    let cursor = await this.db.transaction('outbox').store.openCursor(null, 'prev');
    while (cursor && found.length < limit) {
      found.push(cursor.value);
      cursor = await cursor.continue();
    }
    return found;
  }

  async counts(): Promise<Counts> {
    const queued = await this.db.getAllFromIndex('outbox', 'state', 'queued');
    return {
      waiting: queued.length,
      refused: await this.db.countFromIndex('outbox', 'state', 'refused'),
      oldestWaitingMs: queued.reduce<number | null>((old, e) => (old === null || e.at_ms < old ? e.at_ms : old), null),
    };
  }

  /** Puts a refused operation again under a new id: the old id's refusal is final. */
  async retry(seq: number): Promise<Entry | null> {
    const entry = await this.db.get('outbox', seq);
    if (entry?.state !== 'refused') return null;
    return this.put({ kind: entry.kind, body: entry.body, about: entry.about, replaces: entry.op_id });
  }

  /** Gives a refused operation up; it stays in the list, marked so. */
  async discard(seq: number): Promise<void> {
    const tx = this.db.transaction('outbox', 'readwrite', { durability: 'strict' });
    const entry = await tx.store.get(seq);
    if (entry?.state === 'refused') await tx.store.put({ ...entry, state: 'discarded', changed_ms: this.now() });
    await tx.done;
    this.options.changed?.();
  }

  /** What has not been delivered, as a file a manager can take away from a phone that cannot reach its node. */
  async exportUnsent(): Promise<string> {
    const all = await this.entries(100_000);
    const unsent = all.filter((e) => e.state === 'queued' || e.state === 'refused').reverse();
    return JSON.stringify({ format: 'liushui.unsent.v1', made_ms: this.now(), device_id: await readMeta(this.db, 'device_id'), ops: unsent.map((e) => ({ ...wire(e), user: e.user, state: e.state })) }, null, 1);
  }
}

/** The operation as it crosses the wire. */
export function wire(entry: Entry): Record<string, unknown> {
  const { op_id, device_id, dev_seq, kind, at_ms, offset_ms, body } = entry;
  return { op_id, device_id, dev_seq, kind, v: 1, at_ms, offset_ms, body };
}
