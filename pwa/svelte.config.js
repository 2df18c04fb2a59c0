// The compiler's settings: runes everywhere, so a component's state is always visible as such.
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default { preprocess: vitePreprocess(), compilerOptions: { runes: true } };
