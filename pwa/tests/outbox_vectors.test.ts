// The real outbox against the table that the simulator's model of a phone is held to as well (tests/simulator).

import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { Unreachable } from '../src/core/api';
import { openDatabase } from '../src/core/db';
import { Outbox } from '../src/core/outbox';
import vectors from '../../tests/simulator/outbox_vectors.json';

interface Told {
  id: string;
  state: string;
  log?: string;
  log_seq?: number;
  old?: boolean;
}

interface Vector {
  name: string;
  before: Told[];
  met?: string;
  unreachable?: boolean;
  results?: Record<string, { state: string; log?: string; seq?: number }>;
  states?: Record<string, string>;
  ledger?: { log: string; parent: string; parent_seq: number };
  after: Record<string, string>;
}

const NOW = 100 * 86_400_000;
let count = 0;

test.each(vectors as unknown as Vector[])('$name', async (vector) => {
  const db = await openDatabase(`vector-${(count += 1)}`);
  for (const { id, old, ...told } of vector.before) {
    const changed_ms = old ? 0 : NOW;
    const entry = { op_id: id, device_id: 'd', dev_seq: 1, kind: 'k', body: {}, at_ms: changed_ms, user: 'li', tries: 0, about: {}, changed_ms, ...told };
    await db.add('outbox', entry as never);
  }
  if (vector.met) await db.put('meta', { name: 'ledger', value: vector.met });
  let answered = false;
  const api = {
    clock: { offsetMs: 0 },
    async post(path: string, body: Record<string, unknown>): Promise<unknown> {
      if (vector.unreachable) throw new Unreachable();
      if (path === '/v1/ops/states') return { states: vector.states ?? {}, ledger: vector.ledger };
      // One conversation: what is offered again waits for the next.
      if (answered) throw new Unreachable();
      answered = true;
      const ids = (body.ops as { op_id: string }[]).map((op) => op.op_id);
      return { results: ids.filter((id) => vector.results?.[id]).map((id) => ({ op_id: id, ...vector.results![id] })) };
    },
  };
  const outbox = new Outbox(db, { api: api as never, user: () => 'li', now: () => NOW, random: () => 0 });
  await outbox.flush();
  if (Object.values(vector.after).includes('queued') && answered) await outbox.flush();
  expect(Object.fromEntries((await outbox.entries()).map((e) => [e.op_id, e.state]))).toEqual(vector.after);
});
