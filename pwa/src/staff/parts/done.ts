// Recording an operation and saying so: first it is on the device, then the person hears it.

import type { Entry } from '../../core/db';
import type { Put } from '../../core/outbox';
import { record } from '../../state/device.svelte';
import { feel } from '../../state/feedback';
import { say } from '../../state/say.svelte';
import { session } from '../../state/session.svelte';
import { t } from './words';

export async function recordAndSay(put: Put, what: string): Promise<Entry> {
  const entry = await record(put);
  feel(true);
  say('ok', session.online ? t('recorded', { what }) : t('recorded_offline', { what }));
  return entry;
}
