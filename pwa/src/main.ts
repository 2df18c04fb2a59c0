// The app starts here: the look, the language, and the root component. The service worker registers itself from its own script.

import { mount } from 'svelte';
import App from './App.svelte';
import { language } from './i18n/language.svelte';
import './styles/tokens.css';
import './styles/base.css';

document.documentElement.lang = language.current;
mount(App, { target: document.getElementById('app')! });
