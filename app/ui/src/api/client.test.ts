import { beforeEach, expect, test, vi } from 'vitest';
import type { Platform } from '../platform';

const sent: { url: string; key: string | null }[] = [];
let answers: (Response | TypeError)[] = [];

vi.mock('../platform', () => {
  const answer = (url: string, key: string | null): Promise<Response> => {
    sent.push({ url, key });
    const next = answers.shift();
    return next instanceof Response
      ? Promise.resolve(next)
      : Promise.reject(next ?? new TypeError('no answer'));
  };
  const platform: Pick<Platform, 'apiBase' | 'fetch' | 'upload'> = {
    apiBase: 'http://localhost',
    fetch: (request) => answer(request.url, request.headers.get('Idempotency-Key')),
    upload: (file, _params, key) => answer(file.name, key),
  };
  return { platform };
});

const { api } = await import('./client');

const ok = () => Response.json({ id: '7' });
const file = { name: 'pelamar.csv', size: null, source: { kind: 'path', path: '/pelamar.csv' } } as const;

beforeEach(() => {
  sent.length = 0;
});

test.each([
  ['upload', () => api.upload(file)],
  ['sample', () => api.importSample('indeed.csv')],
  ['commit', () => api.commit('7')],
  ['undo', () => api.undo('7')],
  ['decisions', () => api.decide('7', { action: 'same', rows: [2] })],
  ['decision', () => api.decideReview('7:2', 'same')],
])('%s: an act whose answer is lost is sent once more under its key', async (_name, act) => {
  answers = [new TypeError('the line broke'), ok()];
  await expect(act()).resolves.toEqual({ id: '7' });
  expect(sent).toHaveLength(2);
  expect(sent[0]?.key).toMatch(/^[0-9a-f-]{36}$/);
  expect(sent[1]).toEqual(sent[0]);
});

test('each act has a key of its own', async () => {
  answers = [ok(), ok()];
  await api.commit('7');
  await api.commit('7');
  expect(sent[0]?.key).not.toBe(sent[1]?.key);
});

test('a refusal is an answer: it is not sent again', async () => {
  answers = [Response.json({ code: 'import.state', detail: 'No.' }, { status: 409 }), ok()];
  await expect(api.commit('7')).rejects.toMatchObject({ problem: { code: 'import.state' } });
  expect(sent).toHaveLength(1);
});

test('when nobody answers twice, she is told', async () => {
  answers = [new TypeError('down'), new TypeError('down')];
  await expect(api.commit('7')).rejects.toMatchObject({ problem: { code: 'offline' } });
});
