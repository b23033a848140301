import { beforeEach, expect, test, vi } from 'vitest';
import type { DuplicatesPage, Link, LinkRequest } from '../../../api/types';
import { toasts } from '../../../state/toasts.svelte';
import { Questions } from './questions.svelte';

/** What was asked of the server. */
const asked: string[] = [];
/** What the server answers to a decision about two: the event and whether it is news, or a problem. */
let answers: ({ link: Partial<Link>; news: boolean } | { code: string; detail: string })[] = [];

/** What was decided, the newest first. */
let said: Link[] = [];

vi.mock('../../../platform', () => ({ platform: { apiBase: 'http://localhost' } }));
vi.mock('../../../api/client', () => ({
  api: {
    duplicates: () => Promise.resolve(page),
    latestLinks: (limit: number, cursor?: string) => {
      const from = cursor === undefined ? 0 : said.findIndex((one) => one.id === cursor) + 1;
      const items = said.slice(from, from + limit);
      return Promise.resolve({ items, next: from + limit < said.length ? items.at(-1)?.id : null });
    },
    say: (id: string, { kind, other }: LinkRequest) => {
      asked.push(`${kind} ${id} ${other}`);
      const answer = answers.shift();
      return answer && 'link' in answer
        ? Promise.resolve(answer)
        : Promise.reject(answer as unknown as Error);
    },
    reverse: (id: string) => {
      asked.push(`back ${id}`);
      return Promise.resolve({ shared: id === 'stays' ? [{ kind: 'phone', value: '+6281234567801' }] : [] });
    },
  },
}));

const page = {
  search: { progress: null },
  items: [{ id: 'a', people: ['a', 'b', 'c'].map((id) => ({ id, full_name: id })), pairs: [], reasons: [] }],
  next: null,
  total: 1,
} as unknown as DuplicatesPage;

const news = (id: string, isNews = true) => ({ link: { id, shared: [] }, news: isNews });

async function questions() {
  const all = new Questions();
  await all.reload();
  return all;
}

beforeEach(() => {
  asked.length = 0;
  said = [];
  toasts.items = [];
});

test('what was done of a decision that failed in the middle is told and can be taken back', async () => {
  const all = await questions();
  answers = [news('one'), { code: 'link.merged', detail: 'She is merged.' }];
  await all.decide('same', ['a', 'b', 'c'], 'a', {});
  expect(asked).toEqual(['merged a b', 'merged a c']);
  expect(toasts.items.map((toast) => toast.tone)).toEqual(['error', 'error']);
  toasts.items[0]?.action?.run();
  await vi.waitFor(() => expect(asked).toContain('back one'));
});

test('what somebody had said before is not taken back with what is news', async () => {
  const all = await questions();
  answers = [news('hers', false), news('two'), news('three')];
  await all.decide('different', ['a', 'b', 'c'], 'a', {});
  toasts.items[0]?.action?.run();
  await vi.waitFor(() => expect(asked.slice(3)).toEqual(['back three', 'back two']));
});

test('where all of it was said before there is nothing to take back', async () => {
  const all = await questions();
  answers = [news('one', false)];
  await all.decide('different', ['a', 'b'], 'a', {});
  expect(toasts.items.map((toast) => toast.action)).toEqual([undefined]);
});

test('a number that goes on being shared is named', async () => {
  const all = await questions();
  await all.takeBack([{ id: 'stays', shared: [] } as unknown as Link]);
  expect(toasts.items[0]?.text).toContain('+62 812 3456 7801');
});

const decisions = (...ids: string[]) => ids.map((id) => ({ id, shared: [] }) as unknown as Link);

test('older decisions are loaded behind those on screen, and all of them are looked at again', async () => {
  said = decisions(...Array.from({ length: 45 }, (_, n) => `link ${n}`));
  const all = await questions();
  const places = () => all.decided.map((one) => one.id);
  expect([places().length, all.hasMoreDecided]).toEqual([20, true]);
  await all.moreDecided();
  expect([places().length, all.hasMoreDecided]).toEqual([40, true]);
  said = [...decisions('news'), ...said];
  await all.reload();
  expect([places().length, places()[0], all.hasMoreDecided]).toEqual([40, 'news', true]);
  await all.moreDecided();
  expect(places()).toEqual(said.map((one) => one.id));
  expect(all.hasMoreDecided).toBe(false);
});

test('older decisions that come while all is loaded anew stay', async () => {
  said = decisions(...Array.from({ length: 30 }, (_, n) => `link ${n}`));
  const all = await questions();
  const again = all.reload();
  await all.moreDecided();
  await again;
  expect(new Set(all.decided.map((one) => one.id)).size).toBe(all.decided.length);
  expect(all.decided.length === 30 || all.hasMoreDecided).toBe(true);
});
