import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Campaign, CampaignState } from '../../api/types';
import type { Platform } from '../../platform';
import { CampaignView } from './campaign.svelte';

let state: CampaignState = 'running';
let asked = 0;
let offline = false;

vi.mock('../../platform', () => {
  const platform: Pick<Platform, 'apiBase' | 'fetch'> = {
    apiBase: 'http://localhost',
    fetch: () => {
      asked += 1;
      return offline ? Promise.reject(new TypeError('no answer')) : Promise.resolve(Response.json({ state }));
    },
  };
  return { platform };
});

const page = { hidden: false };
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', page);
  [page.hidden, asked, offline] = [false, 0, false];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** How often a campaign is asked for in a minute, after it was shown. */
async function inAMinute(one: CampaignState): Promise<number> {
  state = one;
  const stop = new CampaignView('c').follow();
  await vi.advanceTimersByTimeAsync(0);
  asked = 0;
  await vi.advanceTimersByTimeAsync(60_000);
  stop();
  return asked;
}

it.each([
  ['filling', 30],
  ['running', 30],
  // What comes of its messages is told later.
  ['paused', 4],
  ['done', 4],
  ['cancelled', 4],
] as const)('a campaign that is %s is asked for %d times a minute', async (one, times) =>
  expect(await inAMinute(one)).toBe(times),
);

it('a page that nobody sees asks for nothing', async () => {
  page.hidden = true;
  expect(await inAMinute('running')).toBe(0);
});

it('what moves again is followed closely again, and what could not be asked is asked again', async () => {
  state = 'paused';
  const view = new CampaignView('c');
  const stop = view.follow();
  await vi.advanceTimersByTimeAsync(15_000);
  state = 'running';
  offline = true;
  await vi.advanceTimersByTimeAsync(15_000);
  expect(view.one?.state).toBe('paused');
  offline = false;
  await vi.advanceTimersByTimeAsync(15_000);
  expect(view.one?.state).toBe('running');
  state = 'done';
  await vi.advanceTimersByTimeAsync(2_000);
  expect(view.one?.state).toBe('done');
  stop();
  asked = 0;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(0);
});

it('an answer that was under way does not undo what was done meanwhile', async () => {
  state = 'paused';
  const view = new CampaignView('c');
  const stop = view.follow();
  await vi.advanceTimersByTimeAsync(0);
  vi.advanceTimersByTime(15_000);
  view.one = { state: 'running' } as Campaign;
  await vi.advanceTimersByTimeAsync(0);
  expect(view.one.state).toBe('running');
  stop();
});
