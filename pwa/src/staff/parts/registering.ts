// Writing a device into the store's register: it goes through the outbox like all work, but the person waits for the answer,
// because the next step of the walk-through stands on it.

import { ApiError } from '../../core/api';
import { registration, type ShopDevice } from '../../core/devices';
import { awaited, deliver, device, record, refresh } from '../../state/device.svelte';

async function settle(kind: string, body: Record<string, unknown>, name: string): Promise<'done' | 'later'> {
  const { outbox } = await device();
  const { op_id: op } = await record({ kind, body, about: { names: [name], lines: 1 } });
  awaited.add(op);
  try {
    await deliver(true);
    const entry = (await outbox.entries()).find((one) => one.op_id === op);
    if (entry?.state === 'refused') {
      // The form is still open and says why; nothing is left behind to be put right later.
      await outbox.discard(entry.seq);
      await refresh();
      throw new ApiError(409, entry.error?.key ?? 'refused', entry.error?.text ?? '');
    }
    return entry?.state === 'queued' ? 'later' : 'done';
  } finally {
    awaited.delete(op);
  }
}

/** Registers the device or changes its record. `later`: the node is away, and hears of it when it is back. */
export const register = (one: Parameters<typeof registration>[0]): Promise<'done' | 'later'> => settle('devices.register', registration(one), one.name);
export const retire = (one: Pick<ShopDevice, 'device' | 'name'>): Promise<'done' | 'later'> => settle('devices.retire', { device: one.device }, one.name || one.device);
