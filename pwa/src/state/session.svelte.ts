// Who is signed in, to which side (a store's node or head office), and whether anybody answers. The last answer is kept on the
// device, so that the app opens in the shop's cellar without a network and still knows whose it is.

import { Api } from '../core/api';
import type { Currency } from '../core/format';
import { language } from '../i18n/language.svelte';
import type { Me } from '../lib/api/types';

const STORED = 'liushui.me';

function stored(): Me | null {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? 'null') as Me | null;
  } catch {
    return null;
  }
}

export const session = $state<{ me: Me | null; ready: boolean; online: boolean; expired: boolean }>({
  me: stored(),
  ready: false,
  online: navigator.onLine,
  expired: false,
});

export const api = new Api({
  language: () => language.current,
  onReachable: (reachable) => (session.online = reachable),
  onUnauthorised: () => {
    if (session.me?.signed_in) session.expired = true;
  },
});

addEventListener('offline', () => (session.online = false));

function keep(me: Me): void {
  session.me = me;
  session.expired = false;
  localStorage.setItem(STORED, JSON.stringify(me));
}

/** Asks who we are; without an answer the stored identity stands. */
export async function refreshMe(): Promise<void> {
  try {
    const me = await api.get<Me>('/v1/me');
    // A session that ran out while work is still on the phone must not throw the person out of that work.
    if (!me.signed_in && session.me?.signed_in && me.side === session.me.side) session.expired = true;
    else keep(me);
  } catch {
    // Unreachable or failing: the stored identity stands.
  }
  session.ready = true;
}

export async function signIn(user: string, password: string): Promise<void> {
  keep(await api.post<Me>('/v1/session', { user, password }));
}

export async function bootstrap(form: { code: string; user: string; name: string; password: string }): Promise<void> {
  keep(await api.post<Me>('/v1/bootstrap', form));
}

/** Ends the session on the server when it answers and forgets the person on this device either way. */
export async function signOut(): Promise<void> {
  const me = session.me;
  await api.delete('/v1/session').catch(() => undefined);
  localStorage.removeItem(STORED);
  session.expired = false;
  session.me = me ? { ...me, signed_in: false, user: null } : null;
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
