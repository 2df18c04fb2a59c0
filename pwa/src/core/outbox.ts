// The outbox: what a person did is first made safe on this device, only then shown as done, and then delivered until the
// store's node has it, in order, once each. Delivering again is always allowed, because the operation carries its own id.
//
//   queued ─► accepted (the node has it) ─► synced (head office has it) ─► stable (so has a copy of head office, read back)
//      └────► refused (the node said no: a person must look) ─► discarded, or put again
//
// A node that takes nothing more from this device, because head office has revoked it, has refused no operation: all of them wait,
// and go once the device is trusted again. A refused operation never holds up the ones behind it. By itself the phone forgets only what is stable: what was acknowledged
// may still be lost above it, by a node or an office put back from an old copy, and is then offered again from here. What is not
// stable after three weeks is warned of; after thirty days a person may take it away as a file and let it go.

import { ApiError, Unreachable, type Api } from './api';
import { readMeta, type Database, type Entry, type EntryState } from './db';
import { namedPhotos, queueAgain } from './photos';
import type { Ledger, OpResult, OpsAnswer, OpState, StatesAnswer } from '../lib/api/types';
import { uuid7 } from './uuid7';
import { asTyped } from './weighing';

export const BATCH_MAX = 100;
const DAY_MS = 86_400_000;
export const KEEP_MS = 30 * DAY_MS;
export const WARN_MS = 21 * DAY_MS;
const ASK_STATES_MAX = 200;
const ASK_EVERY_MS = 5000;
const ASK_SELDOM_MS = 60_000;
const WAIT_MAX_S = 60;
const LEDGER = 'ledger';
const REVOKED = 'device_revoked';
/** Why the node refuses a weighing that another phone took as well. */
export const BOOKED_ALREADY = 'weight_booked_already';

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
  /** Told after every answer of the node whether head office has revoked this device. */
  revoked?: (revoked: boolean) => void;
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
  /** Delivered and not stable for three weeks and more: how many, and how many of them have reached the thirty days. */
  ageing: number;
  overdue: number;
}

const DELIVERED = ['accepted', 'synced'] as const;

export class Outbox {
  private waitUntil = 0;
  private failures = 0;
  private askStatesAfter = 0;
  /** Rounds of asking in a row that told nothing new. */
  private quiet = 0;
  private askedUpTo = 0;
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
    if (options.force) {
      // The network is back, or a person asks: what failed before says nothing about now.
      this.waitUntil = 0;
      this.failures = 0;
    }
    const alone = this.options.alone ?? ((work) => work());
    this.flushing ??= alone(() => this.deliver()).finally(() => (this.flushing = null));
    return this.flushing;
  }

  private async deliver(): Promise<void> {
    let size = BATCH_MAX;
    while (this.now() >= this.waitUntil) {
      const batch = await this.waiting(size);
      if (batch.length === 0) break;
      this.quiet = 0;
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
      this.options.revoked?.(false);
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
      this.hearWhetherRevoked(error);
      this.waitAfter(error instanceof ApiError ? error.retryAfterS : null);
      return 'stop';
    }
  }

  private hearWhetherRevoked(error: ApiError | Unreachable): void {
    if (error instanceof ApiError && error.key === REVOKED) this.options.revoked?.(true);
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

  /** Asks how far the delivered operations have come: every few seconds, and seldom while nothing moves. */
  private async followUp(): Promise<void> {
    if (this.now() < Math.max(this.askStatesAfter, this.waitUntil)) return;
    const open = (await this.delivered()).sort((a, b) => a.seq - b.seq);
    if (open.length === 0) return;
    // Round after round through all of them: what stands still at the front must not hide news of the ones behind.
    const next = open.findIndex((e) => e.seq > this.askedUpTo);
    const asked = (next < 0 ? open : open.slice(next)).slice(0, ASK_STATES_MAX);
    try {
      const answer = await this.options.api.post<StatesAnswer>('/v1/ops/states', { op_ids: asked.map((e) => e.op_id) });
      this.options.revoked?.(false);
      this.askedUpTo = asked.at(-1)!.seq;
      const offered = await this.meetLedger(answer.ledger);
      const moved = offered || (await this.advance(asked, answer.states));
      this.quiet = moved ? 0 : this.quiet + 1;
    } catch (error) {
      if (!(error instanceof ApiError) && !(error instanceof Unreachable)) throw error;
      this.hearWhetherRevoked(error);
      // Only a question: the operations are delivered, the ticks can wait for the next round.
    }
    this.askStatesAfter = this.now() + Math.min(ASK_SELDOM_MS, ASK_EVERY_MS * 2 ** Math.max(0, this.quiet - 3));
  }

  private async delivered(): Promise<Entry[]> {
    return (await Promise.all(DELIVERED.map((state) => this.db.getAllFromIndex('outbox', 'state', state)))).flat();
  }

  /**
   * Hears which log the node writes now. A log that grows from a fact older than the last one we were told of means that the
   * node was put back from an old copy: everything not stable is offered again, and the ids keep each single.
   */
  private async meetLedger(ledger: Ledger | undefined): Promise<boolean> {
    const met = await readMeta<string>(this.db, LEDGER);
    if (!ledger || met === ledger.log) return false;
    const open = await this.delivered();
    const beyond = (e: Entry): boolean => e.log === ledger.parent && (e.log_seq ?? 0) > ledger.parent_seq;
    // Grown from the log we met last, it holds what came before that one; grown from any other, nobody tells us what it holds.
    const strange = (e: Entry): boolean => met !== ledger.parent && e.log !== ledger.parent && e.log !== ledger.log;
    const lost = open.some((e) => beyond(e) || strange(e));
    if (lost) await this.offerAgain(open);
    await this.db.put('meta', { name: LEDGER, value: ledger.log });
    return lost;
  }

  /** Back to the queue, with the photos they speak of. */
  private async offerAgain(entries: readonly Entry[]): Promise<void> {
    const tx = this.db.transaction(['outbox', 'photos'], 'readwrite', { durability: 'strict' });
    for (const { seq } of entries) {
      const entry = await tx.objectStore('outbox').get(seq);
      if (entry?.state !== 'accepted' && entry?.state !== 'synced') continue;
      await tx.objectStore('outbox').put({ ...entry, state: 'queued', changed_ms: this.now() });
      await queueAgain(tx.objectStore('photos'), namedPhotos(entry.body));
    }
    await tx.done;
    this.options.changed?.();
  }

  private async advance(asked: readonly Entry[], states: Record<string, OpState>): Promise<boolean> {
    const RANK: Record<string, number> = { accepted: 1, synced: 2, stable: 3 };
    const lost = asked.filter((e) => states[e.op_id] === 'unknown');
    // The node lost them (an old copy was put back in its place): delivered again, the id keeps each single.
    if (lost.length > 0) await this.offerAgain(lost);
    const tx = this.db.transaction('outbox', 'readwrite');
    let moved = false;
    for (const { seq, op_id } of asked) {
      const state = states[op_id];
      const entry = await tx.store.get(seq);
      if (!entry || !state || state === 'unknown' || RANK[state]! <= (RANK[entry.state] ?? 9)) continue;
      await tx.store.put({ ...entry, state: state as EntryState, changed_ms: this.now() });
      moved = true;
    }
    await tx.done;
    if (moved) this.options.changed?.();
    return moved || lost.length > 0;
  }

  /** Forgets what is safe everywhere and older than the history a person looks back on. */
  private async forget(): Promise<void> {
    const before = this.now() - KEEP_MS;
    const done = [
      ...(await this.db.getAllFromIndex('outbox', 'state', 'stable')),
      ...(await this.db.getAllFromIndex('outbox', 'state', 'discarded')),
    ].filter((e) => e.changed_ms < before);
    for (const entry of done) await this.db.delete('outbox', entry.seq);
  }

  /** Lets go what was delivered and is still in no checked copy after thirty days; only when a person says so. */
  async letGo(): Promise<number> {
    const tx = this.db.transaction('outbox', 'readwrite', { durability: 'strict' });
    let gone = 0;
    for (const state of DELIVERED) {
      for (const entry of await tx.store.index('state').getAll(state)) {
        if (entry.at_ms > this.now() - KEEP_MS) continue;
        await tx.store.delete(entry.seq);
        gone += 1;
      }
    }
    await tx.done;
    this.options.changed?.();
    return gone;
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
    const delivered = await this.delivered();
    const older = (ms: number): number => delivered.filter((e) => e.at_ms <= this.now() - ms).length;
    return {
      ageing: older(WARN_MS),
      overdue: older(KEEP_MS),
      waiting: queued.length,
      refused: await this.db.countFromIndex('outbox', 'state', 'refused'),
      oldestWaitingMs: queued.reduce<number | null>((old, e) => (old === null || e.at_ms < old ? e.at_ms : old), null),
    };
  }

  /**
   * Puts a refused operation again under a new id: the old id's refusal is final. Refused for a weighing that is booked already, it
   * goes with that weight as one typed by hand, because the goods have gone and nobody can weigh them again.
   */
  async retry(seq: number): Promise<Entry | null> {
    const entry = await this.db.get('outbox', seq);
    if (entry?.state !== 'refused') return null;
    const twice = entry.error?.key === BOOKED_ALREADY;
    const body = twice ? asTyped(entry.body, entry.error?.values?.['scale'], entry.error?.values?.['weight']) : entry.body;
    return this.put({ kind: entry.kind, body, about: entry.about, replaces: entry.op_id });
  }

  /** Gives a refused operation up; it stays in the list, marked so. */
  async discard(seq: number): Promise<void> {
    const tx = this.db.transaction('outbox', 'readwrite', { durability: 'strict' });
    const entry = await tx.store.get(seq);
    if (entry?.state === 'refused') await tx.store.put({ ...entry, state: 'discarded', changed_ms: this.now() });
    await tx.done;
    this.options.changed?.();
  }

  /** What is not safe elsewhere, as a file a manager can take away: all that waits, or what is long overdue for a copy. */
  async export(which: 'unsent' | 'overdue'): Promise<string> {
    const all = (await this.entries(100_000)).reverse();
    const wanted =
      which === 'unsent'
        ? all.filter((e) => e.state === 'queued' || e.state === 'refused')
        : all.filter((e) => (e.state === 'accepted' || e.state === 'synced') && e.at_ms <= this.now() - KEEP_MS);
    return JSON.stringify({ format: 'liushui.unsent.v1', made_ms: this.now(), device_id: await readMeta(this.db, 'device_id'), ops: wanted.map((e) => ({ ...wire(e), user: e.user, state: e.state })) }, null, 1);
  }
}

/** The operation as it crosses the wire. */
export function wire(entry: Entry): Record<string, unknown> {
  const { op_id, device_id, dev_seq, kind, at_ms, offset_ms, body } = entry;
  return { op_id, device_id, dev_seq, kind, v: 1, at_ms, offset_ms, body };
}
