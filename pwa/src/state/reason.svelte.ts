// The sentence a person reads when something failed: the server's own words where it gave some, ours where nobody answered.

import { ApiError, Unreachable } from '../core/api';
import { common } from '../i18n/texts/common';
import { translator } from '../i18n/language.svelte';

const t = translator(common);

export function reason(error: unknown): string {
  if (error instanceof Unreachable) return t('unreachable');
  if (error instanceof ApiError) return error.text || t('failed', { code: error.key });
  return t('failed', { code: error instanceof Error ? error.name : 'unknown' });
}
