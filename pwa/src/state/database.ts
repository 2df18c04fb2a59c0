// The device's one database, opened at the first use.

import { openDatabase, type Database } from '../core/db';

let opened: Promise<Database> | null = null;

export function database(): Promise<Database> {
  opened ??= openDatabase();
  return opened;
}
