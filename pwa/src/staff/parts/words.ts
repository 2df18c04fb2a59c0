// The staff pages' translator, made once.
import { translator } from '../../i18n/language.svelte';
import { staff } from '../../i18n/texts/staff';

export const t = translator(staff);
