// The outbox against a node that drops acknowledgements, refuses, is busy, or is not there: nothing lost, nothing doubled.

import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, test } from 'vitest';
import { ApiError, Unreachable } from '../src/core/api';
import { openDatabase, type Database } from '../src/core/db';
import { KEEP_MS, Outbox, WARN_MS, type OutboxOptions } from '../src/core/outbox';

interface WireOp {
  op_id: string;
  dev_seq: number;
  kind: string;
  body: Record<string, unknown>;
}

/** A node with a ledger: the same id is taken once, whatever happens to the answers. */
class Node {
  ledger = new Map<string, WireOp>();
  received: WireOp[][] = [];
  before: (() => void) | null = null;
  after: (() => void) | null = null;
  states: Record<string, string> = {};
  /** The log it writes, the one it grew from, and where the ops of each stand in it. */
  log = 'l1';
  parent = { log: '', seq: 0 };
  asked: string[][] = [];

  async post<T>(path: string, body: unknown): Promise<T> {
    if (path === '/v1/ops/states') {
      const { op_ids } = body as { op_ids: string[] };
      this.asked.push(op_ids);
      return { ledger: { log: this.log, parent: this.parent.log, parent_seq: this.parent.seq }, states: Object.fromEntries(op_ids.map((id) => [id, this.states[id] ?? (this.ledger.has(id) ? 'accepted' : 'unknown')])) } as T;
    }
    const { ops } = body as { ops: WireOp[] };
    this.received.push(ops);
    this.before?.();
    const results = ops.map((op) => {
      if (op.body.bad) return { op_id: op.op_id, state: 'rejected', error: { key: 'lot_held', text: '批次已冻结' } };
      this.ledger.set(op.op_id, op);
      return { op_id: op.op_id, state: 'accepted', log: this.log, seq: this.ledger.size };
    });
    this.after?.();
    return { results } as T;
  }
  clock = { offsetMs: 250 } as never;
}

let db: Database;
let node: Node;
let now: number;
let count = 0;

beforeEach(async () => {
  db = await openDatabase(`test-${(count += 1)}`);
  node = new Node();
  now = 1_000_000;
});

function outboxOf(more: Partial<OutboxOptions> = {}): Outbox {
  return new Outbox(db, { api: node, user: () => 'li', now: () => now, random: () => 0, ...more });
}
const sale = (body: Record<string, unknown> = {}) => ({ kind: 'sales.sell', body, about: { names: ['奶'], lines: 1 } });
const states = async (outbox: Outbox): Promise<string[]> => (await outbox.entries()).map((e) => e.state).reverse();

describe('the outbox', () => {
  test('an operation is on the device with its id and number before anything is sent', async () => {
    const entry = await outboxOf().put(sale());
    expect(await db.getAll('outbox')).toEqual([entry]);
    expect([entry.state, entry.dev_seq, entry.offset_ms, node.received.length]).toEqual(['queued', 1, 250, 0]);
  });

  test('finishing unfinished work removes it in the same breath', async () => {
    await db.put('drafts', { name: 'sell', value: {}, changed_ms: 0 });
    await outboxOf().put({ ...sale(), draft: 'sell' });
    expect(await db.get('drafts', 'sell')).toBeUndefined();
  });

  test('a batch keeps the order and holds at most a hundred', async () => {
    const outbox = outboxOf();
    for (let i = 0; i < 130; i += 1) await outbox.put(sale());
    await outbox.flush();
    expect(node.received.map((b) => b.length)).toEqual([100, 30]);
    expect(node.received.flat().map((op) => op.dev_seq)).toEqual(Array.from({ length: 130 }, (_, i) => i + 1));
  });

  test('an acknowledgement lost after the commit doubles nothing', async () => {
    const outbox = outboxOf();
    for (let i = 0; i < 5; i += 1) await outbox.put(sale());
    node.after = () => {
      node.after = null;
      throw new ApiError(503, 'busy', '', {}, 1);
    };
    await outbox.flush();
    expect((await outbox.counts()).waiting).toBe(5);
    now += 1000;
    await outbox.flush();
    expect([node.received.length, node.ledger.size, (await outbox.counts()).waiting]).toEqual([2, 5, 0]);
  });

  test('a refused operation stands aside and the ones behind it go on', async () => {
    const outbox = outboxOf();
    await outbox.put(sale());
    await outbox.put(sale({ bad: true }));
    await outbox.put(sale());
    await outbox.flush();
    expect(await states(outbox)).toEqual(['accepted', 'refused', 'accepted']);
    expect((await outbox.counts()).refused).toBe(1);
  });

  test('a request the node cannot read is taken apart until the one at fault is found', async () => {
    const outbox = outboxOf();
    for (let i = 0; i < 7; i += 1) await outbox.put(sale(i === 4 ? { poison: true } : {}));
    node.before = () => {
      if (node.received.at(-1)!.some((op) => op.body.poison)) throw new ApiError(400, 'body_malformed', '请求有误');
    };
    await outbox.flush();
    expect((await states(outbox)).filter((s) => s === 'accepted')).toHaveLength(6);
    expect((await states(outbox))[4]).toBe('refused');
  });

  test('a node that is away or busy is left alone for a while', async () => {
    const outbox = outboxOf();
    await outbox.put(sale());
    node.before = () => {
      throw new Unreachable();
    };
    await outbox.flush();
    await outbox.flush();
    expect(node.received).toHaveLength(1);
    node.before = null;
    await outbox.flush({ force: true });
    expect(node.ledger.size).toBe(1);
  });

  test('the network is back: what failed before makes nobody wait longer', async () => {
    const outbox = outboxOf();
    await outbox.put(sale());
    node.before = () => {
      throw new Unreachable();
    };
    for (let round = 0; round < 6; round += 1) {
      now += 60_000;
      await outbox.flush();
    }
    await outbox.flush({ force: true });
    node.before = null;
    now += 2000;
    await outbox.flush();
    expect(node.ledger.size).toBe(1);
  });

  test('Retry-After is kept to the second', async () => {
    const outbox = outboxOf();
    await outbox.put(sale());
    node.before = () => {
      throw new ApiError(429, 'too_many', '', {}, 30);
    };
    await outbox.flush();
    node.before = null;
    now += 29_000;
    await outbox.flush();
    expect(node.ledger.size).toBe(0);
    now += 1000;
    await outbox.flush();
    expect(node.ledger.size).toBe(1);
  });

  test('one tick, two ticks, three ticks, never back', async () => {
    const outbox = outboxOf();
    const { op_id } = await outbox.put(sale());
    await outbox.flush();
    expect(await states(outbox)).toEqual(['accepted']);
    for (const [reported, shown] of [['synced', 'synced'], ['stable', 'stable'], ['accepted', 'stable']] as const) {
      node.states[op_id] = reported;
      now += 6000;
      await outbox.flush();
      expect(await states(outbox)).toEqual([shown]);
    }
  });

  test('what a restored node no longer knows is delivered again', async () => {
    const outbox = outboxOf();
    await outbox.put(sale());
    await outbox.flush();
    node.ledger.clear();
    now += 6000;
    await outbox.flush();
    expect(await states(outbox)).toEqual(['queued']);
    await outbox.flush({ force: true });
    expect(node.ledger.size).toBe(1);
  });

  test('only what is stable is forgotten, and not before a month', async () => {
    const outbox = outboxOf();
    const first = await outbox.put(sale());
    await outbox.put(sale());
    await outbox.flush();
    node.states[first.op_id] = 'stable';
    now += 6000;
    await outbox.flush();
    now += KEEP_MS - 1;
    await outbox.flush();
    expect(await outbox.entries()).toHaveLength(2);
    now += 2;
    await outbox.flush();
    expect((await outbox.entries()).map((e) => e.state)).toEqual(['accepted']);
  });

  test('a new log upon all that was acknowledged is only noted', async () => {
    const outbox = outboxOf();
    await outbox.put(sale());
    await outbox.flush();
    Object.assign(node, { log: 'l2', parent: { log: 'l1', seq: 1 } });
    now += 60_000;
    await outbox.flush();
    expect([await states(outbox), node.received.length]).toEqual([['accepted'], 1]);
  });

  test('a new log upon a fact older than the last acknowledged one: everything not stable is offered again, once', async () => {
    const outbox = outboxOf();
    const [first] = [await outbox.put(sale()), await outbox.put(sale()), await outbox.put(sale())];
    await outbox.flush();
    node.states[first.op_id] = 'stable';
    now += 6000;
    await outbox.flush();
    Object.assign(node, { log: 'l2', parent: { log: 'l1', seq: 2 } });
    now += 60_000;
    await outbox.flush();
    expect(await states(outbox)).toEqual(['stable', 'queued', 'queued']);
    await outbox.flush({ force: true });
    expect(node.received.at(-1)).toHaveLength(2);
    now += 60_000;
    await outbox.flush({ force: true });
    expect([await states(outbox), node.received.length]).toEqual([['stable', 'accepted', 'accepted'], 2]);
  });

  test('a log that grows from one this phone never met is as good as a restored one', async () => {
    const outbox = outboxOf();
    await outbox.put(sale());
    await outbox.flush();
    Object.assign(node, { log: 'l9', parent: { log: 'l8', seq: 70 } });
    now += 60_000;
    await outbox.flush();
    expect(await states(outbox)).toEqual(['queued']);
  });

  test('operations of older logs stay where they are while one log follows the other', async () => {
    const outbox = outboxOf();
    await outbox.put(sale());
    await outbox.flush();
    for (const [log, parent] of [['l2', { log: 'l1', seq: 1 }], ['l3', { log: 'l2', seq: 40 }]] as const) {
      Object.assign(node, { log, parent });
      now += 60_000;
      await outbox.flush();
      expect(await states(outbox)).toEqual(['accepted']);
    }
  });

  test('photos go again with the inspection that names them, as long as the full picture is here', async () => {
    const outbox = outboxOf();
    const photo = { full: new ArrayBuffer(2), thumb: new ArrayBuffer(1), mime: 'image/webp', size: 2, state: 'uploaded' as const, made_ms: now };
    await db.put('photos', { ...photo, sha256: 'a' });
    await db.put('photos', { ...photo, sha256: 'b' });
    await outbox.put(sale({ photos: ['a'] }));
    await outbox.flush();
    node.ledger.clear();
    now += 6000;
    await outbox.flush();
    expect((await db.getAll('photos')).map((p) => p.state)).toEqual(['queued', 'uploaded']);
  });

  test('every delivered operation is asked about in its turn, however many stand still before it', async () => {
    const outbox = outboxOf();
    for (let i = 0; i < 250; i += 1) await outbox.put(sale());
    await outbox.flush();
    now += 60_000;
    await outbox.flush();
    now += 60_000;
    await outbox.flush();
    expect(node.asked.map((ids) => ids.length)).toEqual([200, 50, 200]);
    expect(new Set(node.asked.flat()).size).toBe(250);
  });

  test('the phone asks seldom while nothing moves, and at once again after something was delivered', async () => {
    const outbox = outboxOf();
    await outbox.put(sale());
    for (let second = 0; second < 600; second += 3) {
      await outbox.flush();
      now += 3000;
    }
    expect(node.asked.length).toBeLessThan(20);
    const before = node.asked.length;
    await outbox.put(sale());
    await outbox.flush();
    now += 60_000;
    await outbox.flush();
    expect(node.asked.length).toBeGreaterThan(before);
  });

  test('what is in no checked copy is warned of after three weeks and let go after thirty days, only by a person', async () => {
    const outbox = outboxOf();
    await outbox.put(sale({ line: 1 }));
    await outbox.flush();
    now += WARN_MS;
    await outbox.put(sale());
    expect(await outbox.counts()).toMatchObject({ ageing: 1, overdue: 0 });
    expect(await outbox.letGo()).toBe(0);
    now += KEEP_MS - WARN_MS;
    await outbox.flush();
    expect(await outbox.counts()).toMatchObject({ ageing: 1, overdue: 1 });
    expect((JSON.parse(await outbox.export('overdue')) as { ops: WireOp[] }).ops.map((op) => op.body)).toEqual([{ line: 1 }]);
    expect([await outbox.letGo(), (await outbox.entries()).length]).toEqual([1, 1]);
  });

  test('putting a refused operation again takes a new id and marks the old one', async () => {
    const outbox = outboxOf();
    const refused = await outbox.put(sale({ bad: true }));
    await outbox.flush();
    const again = await outbox.retry(refused.seq);
    expect(again!.op_id).not.toBe(refused.op_id);
    expect(await states(outbox)).toEqual(['discarded', 'queued']);
  });

  test('another person’s operations wait for that person', async () => {
    await outboxOf({ user: () => 'wang' }).put(sale());
    const outbox = outboxOf();
    await outbox.put(sale());
    await outbox.flush();
    expect(node.received.flat()).toHaveLength(1);
    expect((await outbox.counts()).waiting).toBe(1);
  });

  test('a revoked device keeps every operation, says so, and sends them when it is trusted again', async () => {
    const told: boolean[] = [];
    const outbox = outboxOf({ revoked: (revoked) => told.push(revoked) });
    await outbox.put(sale());
    await outbox.put(sale({ line: 2 }));
    node.before = () => {
      throw new ApiError(403, 'device_revoked', '这台手机已被总部停用');
    };
    await outbox.flush();
    expect(await states(outbox)).toEqual(['queued', 'queued']);
    expect(told).toEqual([true]);
    node.before = null;
    now += 120_000;
    await outbox.flush();
    expect(await states(outbox)).toEqual(['accepted', 'accepted']);
    expect(told.at(-1)).toBe(false);
    expect(node.ledger.size).toBe(2);
  });

  test('two flushes at once send once', async () => {
    const outbox = outboxOf();
    await outbox.put(sale());
    await Promise.all([outbox.flush(), outbox.flush()]);
    expect(node.received).toHaveLength(1);
  });

  test('the numbers go on where they were after the storage was cleared, so the node sees the gap', async () => {
    const outbox = outboxOf({ deviceId: () => 'd1', firstDevSeq: () => 41 });
    expect(await outbox.put(sale())).toMatchObject({ device_id: 'd1', dev_seq: 42 });
  });

  test('the export holds what is not delivered, and only that', async () => {
    const outbox = outboxOf();
    await outbox.put(sale());
    await outbox.flush();
    await outbox.put(sale({ line: 2 }));
    const exported = JSON.parse(await outbox.export('unsent')) as { ops: WireOp[] };
    expect(exported.ops.map((op) => op.body)).toEqual([{ line: 2 }]);
  });
});
