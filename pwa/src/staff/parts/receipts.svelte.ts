// The receipts waiting for inspection: asked for when the node answers, remembered for when it does not, and without those
// this phone has already inspected but not yet delivered.

import type { Receipt } from '../../lib/api/types';
import { device, outboxState } from '../../state/device.svelte';
import { readMeta, writeMeta } from '../../core/db';
import { resource, type Resource } from '../../state/resource.svelte';
import { api } from '../../state/session.svelte';

const KEPT = 'pending_receipts';

export function pendingReceipts(): Resource<Receipt[]> {
  const asked = resource(async () => {
    const { db } = await device();
    try {
      const { items } = await api.get<{ items: Receipt[] }>('/v1/receipts', { pending_inspection: 1 });
      await writeMeta(db, KEPT, items);
      return items;
    } catch (error) {
      const kept = await readMeta<Receipt[]>(db, KEPT);
      if (kept) return kept;
      throw error;
    }
  });
  const done = $derived(new Set(outboxState.entries.filter((e) => e.kind === 'quality.inspect' && (e.state === 'queued' || e.state === 'accepted')).map((e) => e.body.receipt)));
  return {
    get data() {
      return asked.data?.filter((r) => !r.inspected && !done.has(r.receipt)) ?? null;
    },
    get error() {
      return asked.error;
    },
    get loading() {
      return asked.loading;
    },
    reload: asked.reload,
  };
}
