// Who is signed in, to which side (a store's node or head office), and whether anybody answers. The last answer is kept on the
// device, so that the app opens in the shop's cellar without a network and still knows whose it is.

import { Api } from '../core/api';
import { readMeta } from '../core/db';
import type { Currency } from '../core/format';
import { language } from '../i18n/language.svelte';
import type { Me } from '../lib/api/types';
import { database } from './database';

const STORED = 'me';

let deviceId: string | null = null;

/** The number that this device goes by from now on. */
export function goBy(device: string): void {
  deviceId = device;
}

export const session = $state<{ me: Me | null; ready: boolean; online: boolean; expired: boolean }>({
  me: null,
  ready: false,
  online: navigator.onLine,
  expired: false,
});

export const api = new Api({
  language: () => language.current,
  device: () => deviceId,
  onReachable: (reachable) => (session.online = reachable),
  onUnauthorised: () => {
    if (session.me?.signed_in) session.expired = true;
  },
});

addEventListener('offline', () => (session.online = false));

/** Remembers who we are, on the disk before anything is built on it: local storage would reach it seconds later. */
async function keep(me: Me): Promise<void> {
  const tx = (await database()).transaction('meta', 'readwrite', { durability: 'strict' });
  await tx.store.put({ name: STORED, value: JSON.parse(JSON.stringify(me)) as Me });
  await tx.done;
  session.me = me;
  session.expired = false;
}

/** Finds the stored identity, then asks who we are; without an answer the stored identity stands. */
export async function refreshMe(): Promise<void> {
  deviceId ??= (await readMeta<string>(await database(), 'device_id')) ?? null;
  session.me ??= (await readMeta<Me | null>(await database(), STORED)) ?? null;
  try {
    const me = await api.get<Me>('/v1/me');
    // A session that ran out while work is still on the phone must not throw the person out of that work.
    if (!me.signed_in && session.me?.signed_in && me.side === session.me.side) session.expired = true;
    else await keep(me);
  } catch {
    // Unreachable or failing: the stored identity stands.
  }
  session.ready = true;
}

export async function signIn(user: string, password: string): Promise<void> {
  await keep(await api.post<Me>('/v1/session', { user, password }));
}

export async function bootstrap(form: { code: string; user: string; name: string; password: string }): Promise<void> {
  await keep(await api.post<Me>('/v1/bootstrap', form));
}

/** Ends the session on the server when it answers and forgets the person on this device either way. */
export async function signOut(): Promise<void> {
  const me = session.me;
  await api.delete('/v1/session').catch(() => undefined);
  if (me) await keep({ ...$state.snapshot(me), signed_in: false, user: null });
  await refreshMe();
}

export function may(permission: string): boolean {
  const permissions = session.me?.user?.permissions ?? [];
  return permissions.includes(permission) || permissions.includes('*');
}

export function currency(): Currency {
  return { symbol: session.me?.tenant.symbol ?? '¥', digits: session.me?.tenant.digits ?? 2 };
}

export function timeZone(): string | undefined {
  return session.me?.store?.timezone ?? undefined;
}
