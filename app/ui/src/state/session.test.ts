import { beforeEach, expect, test, vi } from 'vitest';
import type { Platform } from '../platform';

let answers: (Response | TypeError)[] = [];
const tokens: (string | null)[] = [];

vi.mock('../platform', () => {
  const platform: Pick<Platform, 'apiBase' | 'fetch' | 'keepsToken' | 'keepToken'> = {
    apiBase: 'http://localhost',
    fetch: () => {
      const next = answers.shift();
      return next instanceof Response
        ? Promise.resolve(next)
        : Promise.reject(next ?? new TypeError('no answer'));
    },
    keepsToken: true,
    keepToken: (token) => {
      tokens.push(token);
      return Promise.resolve();
    },
  };
  return { platform };
});

const rina = { id: '1', name: 'rina', role: 'admin', password_due: false, second_factor: false };
const owner = { name: 'owner', role: 'admin', password_due: false, second_factor: false };
const says = (body: unknown) => Response.json(body);
const no = (status: number, code: string) => Response.json({ code, detail: 'No.' }, { status });

async function fresh() {
  vi.resetModules();
  const [{ session, may }, { api }] = await Promise.all([
    import('./session.svelte'),
    import('../api/client'),
  ]);
  return { session, may, api };
}
beforeEach(() => {
  answers = [];
  tokens.length = 0;
});

test('whoever is signed in is shown the app, and may what her role may', async () => {
  const { session, may } = await fresh();
  expect([session.place, may('viewer')]).toEqual(['asking', false]);
  answers = [says({ ...rina, role: 'recruiter' })];
  await session.start();
  expect([session.place, may('recruiter'), may('admin')]).toEqual(['app', true, false]);
});

test('whoever is not signed in is shown the way in, and goes on where she was', async () => {
  const { session, api } = await fresh();
  answers = [no(401, 'staff.signed_out'), no(401, 'staff.wrong'), says({ ...rina, token: 'secret' })];
  await session.start();
  expect([session.place, session.why]).toEqual(['sign-in', null]);
  await expect(session.signIn({ name: 'rina', password: 'x' })).rejects.toMatchObject({
    problem: { code: 'staff.wrong' },
  });
  expect(session.place).toBe('sign-in');
  await session.signIn({ name: 'rina', password: 'y' });
  expect([session.place, tokens]).toEqual(['app', ['secret']]);
  expect(session.who).not.toHaveProperty('token');

  answers = [no(401, 'staff.signed_out')];
  await expect(api.portals()).rejects.toMatchObject({ problem: { code: 'staff.signed_out' } });
  expect([session.place, session.why, session.lastName]).toEqual(['sign-in', 'over', 'rina']);
});

test('a password that was given is followed by her own', async () => {
  const { session, api } = await fresh();
  answers = [says({ ...rina, password_due: true })];
  await session.start();
  expect(session.place).toBe('password');
  session.chosen();
  expect(session.place).toBe('app');
  answers = [no(403, 'staff.password_due')];
  await expect(api.portals()).rejects.toBeDefined();
  expect(session.place).toBe('password');
});

test('whose role was changed meanwhile is offered what her role may now', async () => {
  const { session, may, api } = await fresh();
  answers = [says(rina), no(403, 'staff.role'), says({ ...rina, role: 'viewer' })];
  await session.start();
  await expect(api.members()).rejects.toMatchObject({ problem: { code: 'staff.role' } });
  await vi.waitFor(() => expect(may('recruiter')).toBe(false));
  expect([session.place, may('viewer')]).toEqual(['app', true]);
});

test('when nobody answers, nobody is locked out, and it is asked again', async () => {
  vi.useFakeTimers();
  const { session, may } = await fresh();
  answers = [new TypeError('down'), says(rina)];
  await session.start();
  expect([session.place, may('recruiter'), may('admin')]).toEqual(['app', true, false]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect([session.who?.name, may('admin')]).toEqual(['rina', true]);
  vi.useRealTimers();
});

test('a password that is shown once stays until it is closed', async () => {
  const { session, api } = await fresh();
  answers = [says(owner)];
  await session.start();
  expect([session.isOwner, session.place]).toEqual([true, 'app']);
  session.hold();
  answers = [no(401, 'staff.signed_out')];
  await expect(api.portals()).rejects.toBeDefined();
  expect(session.place).toBe('app');
  session.release(rina);
  expect([session.place, session.why, session.lastName]).toEqual(['sign-in', 'first', 'rina']);
});

test('whoever was signed out meanwhile is led to the way in when it is closed', async () => {
  const { session, api } = await fresh();
  answers = [says(rina), no(401, 'staff.signed_out')];
  await session.start();
  session.hold();
  await expect(api.portals()).rejects.toBeDefined();
  expect(session.place).toBe('app');
  session.release();
  expect([session.place, session.why]).toEqual(['sign-in', 'over']);
});

test('signing out forgets her', async () => {
  const { session } = await fresh();
  answers = [says(rina), new Response(null, { status: 204 })];
  await session.start();
  await session.signOut();
  expect([session.place, session.why, session.lastName, tokens]).toEqual(['sign-in', null, '', [null]]);
});
