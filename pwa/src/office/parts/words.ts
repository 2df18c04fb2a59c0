// Head office's words, the words every page uses, and the names of things that come as codes.

import { access } from '../../i18n/texts/access';
import { common } from '../../i18n/texts/common';
import { office } from '../../i18n/texts/office';
import { translator } from '../../i18n/language.svelte';

export const t = translator(office);
export const c = translator(common);
const a = translator(access);

type OfficeKey = keyof typeof office;
const known = (key: string): key is OfficeKey => key in office;

/** The reader's word for a code, or the code itself when it is newer than these pages. */
function word(prefix: string, code: string): string {
  const key = `${prefix}_${code.replace(/[. -]/g, '_')}`;
  return known(key) ? t(key) : code;
}

export const roleName = (role: string): string => (`role_${role}` in access ? a(`role_${role}` as keyof typeof access) : role);
export const kindName = (kind: string): string => word('kind', kind.replace(/\.v\d+$/, ''));
export const storageName = (storage: string): string => word('storage', storage);
export const reasonName = (reason: string): string => word('reason', reason);
export const troubleName = (trouble: string): string => word('trouble', trouble);
export const measureName = (quantity: string | null | undefined): string => (quantity ? word('measure', quantity) : '');
