import { mount } from 'svelte';
import { prefs } from '../state/prefs.svelte';
import '../styles/tokens.css';
import '../styles/fonts.css';
import '../styles/base.css';
import Candidate from './Candidate.svelte';
import './phone.css';

prefs.show();
const target = document.getElementById('app');
if (target) mount(Candidate, { target });
