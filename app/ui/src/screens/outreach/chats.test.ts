import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Platform } from '../../platform';
import { prefs } from '../../state/prefs.svelte';
import { Chats } from './chats.svelte';

prefs.show = () => undefined; // There is no document here.

/** Who waits, in the order in which the backend opens them, and who was opened. */
let waiting: string[] = [];
let opened: string[] = [];
/** What becomes of the next acts: no answer comes, after it was done or before. */
let lost: ('after' | 'before')[] = [];
/** The windows that came, by the name of her whose chat it is. */
let windows: string[] = [];
let windowFails = false;
/** Whom the backend was asked for once more, and of whom it was told that WhatsApp does not know her. */
let asked: string[] = [];
let unreached: string[] = [];
/** Why the backend lets nobody be opened or judged. */
let refused: { code: string; params?: Record<string, string> } | null = null;

vi.mock('../../platform', () => {
  const message = (name: string, state: string) => ({
    kind: 'message',
    id: name,
    application: name,
    full_name: name,
    state,
    text: '',
    run_at: '2026-03-10T03:00:00Z',
  });
  const chat = (name: string | undefined) =>
    name
      ? Response.json({ message: name, full_name: name, url: `https://wa.me/${name}`, left: waiting.length })
      : new Response(null, { status: 204 });
  const noWindow = {
    type: 'about:blank',
    title: '',
    status: 500,
    code: 'desktop.open',
    detail: 'No window.',
  };
  const offline = () => Promise.reject(new TypeError('no answer'));
  const refusal = () =>
    refused && Promise.resolve(Response.json({ ...refused, detail: 'No.' }, { status: 409 }));
  const answer = async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname;
    const name = path.split('/').at(-2) ?? '';
    if (path.endsWith('/next-chat')) {
      const how = lost.shift();
      if (how === 'before') return offline();
      const next = waiting.shift();
      if (next) opened.push(next);
      return how === 'after' ? offline() : Promise.resolve(chat(next));
    }
    if (path.endsWith('/open')) {
      asked.push(name);
      return refusal() ?? chat(name);
    }
    if (path.endsWith('/judge')) {
      expect(await request.json()).toEqual({ verdict: 'unreached' });
      unreached.push(name);
      return refusal() ?? Response.json({ ...message(name, 'failed'), error_code: 'not_on_whatsapp' });
    }
    const told = path.includes('/applications/')
      ? { items: [message(name, opened.includes(name) ? 'opened' : 'queued')] }
      : path.endsWith('/messages')
        ? { items: waiting.map((one) => message(one, 'queued')), next: null }
        : { state: 'running', counts: { queued: waiting.length, opened: opened.length, dropped: 0 } };
    return Promise.resolve(Response.json(told));
  };
  const platform: Pick<Platform, 'apiBase' | 'fetch' | 'openExternal'> = {
    apiBase: 'http://localhost',
    fetch: answer,
    openExternal: (url) => {
      if (windowFails) return Promise.reject(Object.assign(new Error(), noWindow));
      windows.push(url.replace('https://wa.me/', ''));
      return Promise.resolve();
    },
  };
  return { platform };
});

async function begun(): Promise<Chats> {
  const chats = new Chats('c');
  await chats.load();
  return chats;
}

describe('one chat after another', () => {
  beforeEach(() => {
    [waiting, opened, lost, windows, windowFails] = [['Ani', 'Budi', 'Citra'], [], [], [], false];
    [asked, unreached, refused] = [[], [], null];
  });

  it('opens each once', async () => {
    const chats = await begun();
    while (!chats.over) await chats.open();
    expect(windows).toEqual(['Ani', 'Budi', 'Citra']);
  });

  it('offers her again whose answer was lost, before anybody else', async () => {
    const chats = await begun();
    lost = ['after'];
    await chats.open();
    expect(windows).toEqual([]);
    await chats.open();
    expect(windows).toEqual([]);
    expect(chats.last?.full_name).toBe('Ani');
    await chats.again();
    await chats.open();
    expect(windows).toEqual(['Ani', 'Budi']);
  });

  it('asks again where nothing was done', async () => {
    const chats = await begun();
    lost = ['before'];
    await chats.open();
    await chats.open();
    expect(windows).toEqual(['Ani']);
  });

  it('keeps her within reach whose window did not come', async () => {
    const chats = await begun();
    windowFails = true;
    await chats.open();
    windowFails = false;
    await chats.again();
    await chats.open();
    expect(windows).toEqual(['Ani', 'Budi']);
  });

  it('opens her again only after the backend was asked', async () => {
    const chats = await begun();
    await chats.open();
    await chats.again();
    expect(asked).toEqual(['Ani']);
    expect(windows).toEqual(['Ani', 'Ani']);
  });

  it.each([
    ['outreach.quiet', { until: '2026-03-11T01:00:00Z' }, 'Jam tenang'],
    ['outreach.excluded', { why: 'opted_out' }, 'Minta berhenti'],
  ])('says why she is not opened again: %s', async (code, params, said) => {
    const chats = await begun();
    await chats.open();
    refused = { code, params };
    await chats.again();
    expect(windows).toEqual(['Ani']);
    expect(chats.saidOfLast).toContain(said);
    await chats.open();
    expect(chats.saidOfLast).toBe('');
  });

  it('notes that her number is not on WhatsApp, and offers the next one', async () => {
    const chats = await begun();
    await chats.open();
    await chats.unreached();
    expect(unreached).toEqual(['Ani']);
    expect(chats.last).toBe(null);
    expect(chats.current?.full_name).toBe('Budi');
    await chats.unreached();
    expect(unreached).toEqual(['Ani']);
    await chats.open();
    expect(windows).toEqual(['Ani', 'Budi']);
  });

  it('asks whether a key was meant', async () => {
    const chats = await begun();
    chats.pressed();
    expect(chats.sure).toBe(false);
    await chats.open();
    chats.pressed();
    expect([chats.sure, unreached]).toEqual([true, []]);
    await chats.open();
    expect(chats.sure).toBe(false);
    chats.pressed();
    chats.pressed();
    await vi.waitFor(() => expect(unreached).toEqual(['Budi']));
  });

  it('keeps her within reach of whom that was not noted', async () => {
    const chats = await begun();
    await chats.open();
    refused = { code: 'outreach.message_state' };
    await chats.unreached();
    expect(chats.last?.full_name).toBe('Ani');
    expect(chats.saidOfLast).toContain('sudah berubah');
  });

  it('does one thing at a time', async () => {
    const chats = await begun();
    await chats.open();
    await Promise.all([chats.unreached(), chats.unreached(), chats.again(), chats.open()]);
    expect([unreached, asked, windows]).toEqual([['Ani'], [], ['Ani']]);
  });

  it('shows whom somebody else has left', async () => {
    const chats = await begun();
    waiting = ['Citra'];
    await chats.open();
    expect(windows).toEqual(['Citra']);
    expect(chats.over).toBe(true);
  });
});
