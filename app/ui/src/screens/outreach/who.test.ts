import { render } from 'svelte/server';
import { beforeEach, expect, it, vi } from 'vitest';
import type { OutreachPreview } from '../../api/types';
import { prefs } from '../../state/prefs.svelte';
import Who from './Who.svelte';

vi.mock('../../state/router.svelte', () => ({ href: () => '#' }));
vi.mock('../../platform', () => ({ platform: {} })); // Nobody is asked for here.
prefs.show = () => undefined; // There is no document here.
beforeEach(() => (prefs.locale = 'id'));

const told = (change: Partial<OutreachPreview>, sms?: 'all' | 'some'): string => {
  const preview: OutreachPreview = {
    total: 300,
    will: 300,
    excluded: {},
    examples: [],
    sample: null,
    segments: 300,
    beyond_budget: 0,
    days: 1,
    fallback_beyond_budget: 0,
    fallback_days: 1,
    ...change,
  };
  return render(Who, {
    props: {
      preview,
      ask: { audience: { filter: {} }, channel: 'file' },
      asking: false,
      problem: null,
      missing: '',
      sms,
      retry: () => undefined,
    },
  }).body;
};

it('tells how many the channel’s budget leaves for a later day', () => {
  const said = told({ beyond_budget: 50, days: 2 });
  expect(said).toContain('berangkat dalam 2 hari');
  expect(said).toContain('50 orang menunggu hari berikutnya');
});
it('tells what the fallback’s budget would leave for later, where the first way fails for all', () =>
  expect(told({ fallback_beyond_budget: 50, fallback_days: 2 })).toMatch(
    /gagal lewat jalur pertama, 50 orang di luar jatah harian jalur cadangan.*dalam 2 hari/s,
  ));
it.each([
  ['all' as const, 'Seluruhnya 300 segmen SMS'],
  ['some' as const, 'Paling banyak 300 segmen SMS'],
])('tells what SMS cost: %s', (sms, said) => expect(told({}, sms)).toContain(said));
it('tells of no segments where nothing goes by SMS', () => expect(told({})).not.toContain('segmen'));
it('tells of no later day where all leave within one', () =>
  expect(told({})).not.toMatch(/jatah|hari berikutnya/i));
