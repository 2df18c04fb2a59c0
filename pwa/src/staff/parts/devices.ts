// The translator of the pages about devices, made once.
import { translator } from '../../i18n/language.svelte';
import { devices } from '../../i18n/texts/devices';

export const d = translator(devices);
