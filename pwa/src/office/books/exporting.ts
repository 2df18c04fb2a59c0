// Files for other programs: which forms there are, whose they are, and how a batch's file is fetched.

import { api } from '../../state/session.svelte';
import { reason } from '../../state/reason.svelte';
import { say } from '../../state/say.svelte';
import { downloadFile } from '../parts/csv';
import { b } from './words';

export const FORMS = ['kingdee-dbf', 'kingdee-xlsx', 'yonyou'] as const;
export type Form = (typeof FORMS)[number];
export const AUDIT = 'beancount' as const;

export const formName = (form: Form | typeof AUDIT): string => b(`form_${form.replace('-', '_') as 'kingdee_dbf' | 'kingdee_xlsx' | 'yonyou' | 'beancount'}`);
/** The program a form is for: a voucher Kingdee has as DBF it need not have as a spreadsheet. */
export const systemOf = (form: Form): string => form.split('-')[0] ?? form;
export const formsOf = (system: string): Form[] => FORMS.filter((form) => systemOf(form) === system);

/** Millions of vouchers take their time; nobody is kept waiting without a word. */
export const PATIENCE_MS = 600_000;

/** Fetches a file and hands it to the browser; says how it went. */
export async function fetchFile(path: string, query: Record<string, string>): Promise<void> {
  try {
    const { name, blob } = await api.file(path, query, PATIENCE_MS);
    downloadFile(name, blob);
    say('ok', b('export_saved', { name }));
  } catch (error) {
    say('block', reason(error));
  }
}
