// The formatting functions with the reader's language, the tenant's currency and the store's time zone already filled in.

import * as format from '../core/format';
import { language } from '../i18n/language.svelte';
import { currency, timeZone } from './session.svelte';

export const money = (amount: string | bigint | null | undefined): string => format.money(amount, currency());
export const quantity = format.quantity;
export const day = (date: string | null | undefined): string => format.day(date, language.current);
export const month = (period: string): string => format.month(period, language.current);
export const moment = (at: string | number | null | undefined): string => format.moment(at, language.current, timeZone());
export const timeOfDay = (at: string | number): string => format.timeOfDay(at, language.current, timeZone());
export const ago = (at: string | number | null | undefined, now = Date.now()): string => format.ago(at, now, language.current);
export const compact = (value: number): string => format.compact(value, language.current);
export const today = (): string => format.today(Date.now(), timeZone());
export const daysLeft = (expiry: string): number => format.daysBetween(today(), expiry);

// A unit as people write it; devices and the day-book name units by UCUM.
export const unitSign = (unit: string | null | undefined): string => (unit === 'Cel' ? '°C' : unit === '%RH' || unit === 'P1' ? '%' : (unit ?? ''));
