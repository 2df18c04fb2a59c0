// The shop's devices as its node tells of them, and the one sentence about each: fine, silent, flat, overdue, or in error. The
// worst comes first, because that is what somebody has to see to.

import { MOVING } from './weighing';

export interface DeviceReading {
  quantity: string;
  value: string | null;
  unit: string;
  quality: string;
  at: string | null;
}

export interface ShopDevice {
  device: string;
  kind: 'scale' | 'scanner' | 'sensor' | 'other';
  name: string;
  registered: boolean;
  retired: boolean;
  bridge: string;
  template: string;
  protocol: string;
  port: string;
  make: string;
  model: string;
  serial: string;
  place: string;
  place_name: string;
  quantity: string;
  unit: string;
  high: string | null;
  low: string | null;
  limits_by: 'node' | 'head_office' | '';
  certificate: string;
  cal_due: string | null;
  cal_state: 'none' | 'ok' | 'due_soon' | 'expired';
  verification_class: '' | 'I' | 'II' | 'III' | 'IIII';
  max: string | null;
  e: string | null;
  min: string | null;
  status: 'online' | 'offline' | 'error' | 'unknown';
  last_seen: string | null;
  battery: string | null;
  readings: DeviceReading[];
}

export interface ShopBridge {
  bridge: string;
  role: 'bridge' | 'sensor';
  state: 'online' | 'offline' | 'never';
  account: 'active' | 'revoked' | 'none';
  version: string;
  devices: number;
}

export interface ShopDevices {
  items: ShopDevice[];
  bridges: ShopBridge[];
  broker: { state: 'off' | 'ready' | 'unreachable' | 'refused'; accounts: boolean; why: string };
}

export type Condition = 'retired' | 'error' | 'silent' | 'never' | 'battery' | 'overdue' | 'too_high' | 'too_low' | 'doubtful' | 'due_soon' | 'unregistered' | 'fine';
export const TONES = { retired: 'quiet', error: 'block', silent: 'block', never: 'warn', battery: 'warn', overdue: 'warn', too_high: 'block', too_low: 'block', doubtful: 'warn', due_soon: 'warn', unregistered: 'quiet', fine: 'ok' } as const satisfies Record<Condition, 'ok' | 'warn' | 'block' | 'quiet'>;

const BATTERY_FLAT = 15;
/** A sensor sleeps between its words; only a day of silence is silence where nobody watches its limits. */
const SILENT_MS = 24 * 3600 * 1000;

const over = (value: string | null, limit: string | null): boolean => value !== null && limit !== null && Number(value) > Number(limit);

/** What is most wrong with it; a live error counts more than what the list said a moment ago. */
export function conditionOf(device: ShopDevice, nowMs: number, liveError: string | null = null): Condition {
  const measured = device.readings.find((one) => one.quantity === device.quantity) ?? null;
  const heardMs = device.last_seen === null ? null : Date.parse(device.last_seen);
  if (device.retired) return 'retired';
  if (device.status === 'error' || (liveError && liveError !== MOVING)) return 'error';
  if (device.status === 'offline') return 'silent';
  if (heardMs === null && device.status === 'unknown') return 'never';
  if (device.kind === 'sensor' && heardMs !== null && nowMs - heardMs > SILENT_MS) return 'silent';
  if (device.status === 'unknown' && device.kind !== 'sensor') return 'silent';
  if (over(measured?.value ?? null, device.high)) return 'too_high';
  if (over(device.low, measured?.value ?? null)) return 'too_low';
  if (device.battery !== null && Number(device.battery) <= BATTERY_FLAT) return 'battery';
  if (device.cal_state === 'expired') return 'overdue';
  if (device.readings.some((one) => one.quality !== 'good')) return 'doubtful';
  if (device.cal_state === 'due_soon') return 'due_soon';
  return device.registered ? 'fine' : 'unregistered';
}

/** What a device is that nobody has registered yet, from what it speaks. */
export function kindOf(device: ShopDevice): ShopDevice['kind'] {
  if (device.registered || device.kind !== 'other') return device.kind;
  if (device.readings.length > 0) return 'sensor';
  if (device.protocol.includes('scanner')) return 'scanner';
  return device.protocol ? 'scale' : 'other';
}

const WORST: readonly Condition[] = ['too_high', 'too_low', 'error', 'silent', 'battery', 'overdue', 'doubtful', 'never', 'due_soon', 'unregistered', 'fine', 'retired'];

/** What needs somebody first, then by name. */
export function byNeed(devices: readonly ShopDevice[], nowMs: number): ShopDevice[] {
  const rank = (one: ShopDevice): number => WORST.indexOf(conditionOf(one, nowMs));
  return [...devices].sort((a, b) => rank(a) - rank(b) || (a.name || a.device).localeCompare(b.name || b.device));
}

/** A name for a new device that nobody else has: "scale-2". */
export function freeName(kind: string, taken: readonly string[]): string {
  let n = 1;
  while (taken.includes(`${kind}-${n}`)) n += 1;
  return `${kind}-${n}`;
}

/** The whole record of `devices.register`, which is also how it is changed; empty words are left out. */
export function registration(device: Partial<ShopDevice> & { device: string; kind: ShopDevice['kind']; name: string }): Record<string, unknown> {
  const { device: id, kind, name } = device;
  const words = (['bridge', 'template', 'protocol', 'port', 'make', 'model', 'serial', 'place', 'quantity', 'unit', 'certificate', 'verification_class'] as const).flatMap((key) => (device[key] ? [[key, device[key]] as const] : []));
  const numbers = (['high', 'low', 'cal_due', 'max', 'e', 'min'] as const).flatMap((key) => (device[key] ? [[key, device[key]] as const] : []));
  return { device: id, device_kind: kind, name, ...Object.fromEntries([...words, ...numbers]) };
}

/** The answer of a bridge to "which ports are there": addresses with what the devices call themselves. */
export function portsOf(detail: Record<string, string>): { port: string; name: string }[] {
  return Object.entries(detail)
    .filter(([key]) => /^\d+$/.test(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, told]) => {
      const [port = '', ...name] = told.split(' ');
      return { port, name: name.join(' ') || port };
    });
}
