import { mount } from 'svelte';
import App from './App.svelte';
import { prefs } from './state/prefs.svelte';
import './styles/tokens.css';
import './styles/fonts.css';
import './styles/base.css';
import './styles/review.css';

prefs.show();
const target = document.getElementById('app');
if (target) mount(App, { target });
