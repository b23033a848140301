import { beforeEach, expect, test, vi } from 'vitest';
import type { AccountQuestion, GivenAnswer } from '../../../api/types';
import { toasts } from '../../../state/toasts.svelte';
import { Asked } from './asked.svelte';

/** What was done at the server. */
const done: string[] = [];
/** What is asked there, and what was answered, newest first. */
let open: string[] = [];
let answered: { question: string; back: boolean }[] = [];
/** Why nothing is taken back there. */
let stays: { code: string; detail: string } | null = null;

vi.mock('../../../platform', () => ({ platform: { apiBase: 'http://localhost' } }));
vi.mock('../../../api/client', () => ({
  api: {
    accountQuestions: () =>
      Promise.resolve({
        items: open.map((id) => ({ id, full_name: id, application: 'a' }) as AccountQuestion),
        next: null,
      }),
    accountAnswers: (limit: number, cursor?: string) => {
      const from = Number(cursor ?? 0);
      const next = from + limit < answered.length ? String(from + limit) : null;
      const page = answered.slice(from, from + limit);
      return Promise.resolve({
        next,
        items: page.map(
          ({ question, back }) =>
            ({ id: question, question, reversed_by: back ? 'hr' : null }) as GivenAnswer,
        ),
      });
    },
    application: (id: string) => Promise.resolve({ id }),
    answerAccount: (id: string, answer: string) => {
      done.push(`${answer} ${id}`);
      open = open.filter((one) => one !== id);
      answered = [{ question: id, back: false }, ...answered];
      return Promise.resolve({});
    },
    takeAnswerBack: (id: string) => {
      if (stays) return Promise.reject(stays as unknown as Error);
      done.push(`back ${id}`);
      open = [...open, id].sort();
      answered = answered.map((one) => (one.question === id ? { ...one, back: true } : one));
      return Promise.resolve({});
    },
  },
}));

async function asked(): Promise<Asked> {
  const all = new Asked();
  await all.filter({});
  return all;
}

beforeEach(() => {
  done.length = 0;
  open = ['one', 'two'];
  answered = [];
  stays = null;
  toasts.items = [];
});

test('an answer offers the way back, which leads to the question again', async () => {
  const all = await asked();
  await all.answer('hers');
  expect(all.chosen?.id).toBe('two');
  expect(all.last?.question).toBe('one');
  toasts.items[0]?.action?.run();
  await vi.waitFor(() => expect(all.chosen?.id).toBe('one'));
  expect(done).toEqual(['hers one', 'back one']);
  expect(all.last).toBeNull();
});

test('of several answers the newest that stands is the last one', async () => {
  const all = await asked();
  await all.answer('hers');
  await all.answer('another');
  expect(all.last?.question).toBe('two');
  await all.takeBack('two');
  expect(all.last?.question).toBe('one');
});

test('an answer that stays is told, and the lists are as they are by now', async () => {
  const all = await asked();
  await all.answer('hers');
  stays = { code: 'question.kept', detail: 'The answer stays.' };
  open = ['three'];
  await all.takeBack('one');
  expect(done).toEqual(['hers one']);
  expect(all.items.map((one) => one.id)).toEqual(['three']);
  expect(toasts.items.at(-1)?.tone).toBe('error');
});

test('older answers are loaded behind the latest, and looked at anew with them', async () => {
  answered = Array.from({ length: 25 }, (_, at) => ({ question: `old ${at}`, back: false }));
  const all = await asked();
  expect([all.answered.length, all.hasMoreAnswered]).toEqual([20, true]);
  await all.moreAnswered();
  expect([all.answered.length, all.hasMoreAnswered]).toEqual([25, false]);
  await all.takeBack('old 24');
  expect(all.answered.find((one) => one.question === 'old 24')?.reversed_by).toBe('hr');
});
