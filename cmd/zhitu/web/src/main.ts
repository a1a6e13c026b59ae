import { mount } from 'svelte';

import App from './App.svelte';
import './app.css';
import { needLanguage } from './lib/i18n.svelte';

void needLanguage().then(() => {
  const target = document.getElementById('app');
  if (target) mount(App, { target });
});
