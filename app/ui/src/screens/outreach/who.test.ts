import { render } from 'svelte/server';
import { beforeEach, expect, it, vi } from 'vitest';
import type { OutreachPreview } from '../../api/types';
import { prefs } from '../../state/prefs.svelte';
import Who from './Who.svelte';

vi.mock('../../state/router.svelte', () => ({ href: () => '#' }));
prefs.show = () => undefined; // There is no document here.
beforeEach(() => (prefs.locale = 'id'));

const told = (change: Partial<OutreachPreview>): string => {
  const preview: OutreachPreview = {
    total: 300,
    will: 300,
    excluded: {},
    examples: [],
    sample: null,
    segments: 300,
    beyond_budget: 0,
    days: 1,
    ...change,
  };
  return render(Who, {
    props: { preview, asking: false, problem: null, missing: '', retry: () => undefined },
  }).body;
};

it('tells how many the channel’s budget leaves for a later day', () => {
  const said = told({ beyond_budget: 50, days: 2 });
  expect(said).toContain('berangkat dalam 2 hari');
  expect(said).toContain('50 orang menunggu hari berikutnya');
});
it('tells of no later day where all leave within one', () =>
  expect(told({})).not.toMatch(/jatah|hari berikutnya/i));
