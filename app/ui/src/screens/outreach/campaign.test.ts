import { describe, expect, it } from 'vitest';
import type { Campaign, Message } from '../../api/types';
import { actsOf, lastOf, moves, partsOf, progressOf, stepsOf } from './campaign';

const none = {
  queued: 0,
  sending: 0,
  opened: 0,
  accepted: 0,
  sent: 0,
  delivered: 0,
  read: 0,
  failed: 0,
  uncertain: 0,
  dropped: 0,
};
const campaign = (change: Partial<Campaign>): Campaign => ({
  id: 'c',
  name: 'Undangan Mei',
  state: 'running',
  audience: { batch: 'b' },
  channel: 'whatsapp',
  template: { id: 't', name: 'undangan', language: 'id', version: 1 },
  starts_at: '2026-05-01T01:00:00Z',
  reminders: 0,
  made_by: 'rina',
  made_at: '2026-05-01T01:00:00Z',
  counts: none,
  reached: { invited: 0, delivered: 0, read: 0, registered: 0, linked: 0, to_call: 0, answered: 0 },
  ...change,
});

describe('the bar of a campaign', () => {
  it('leaves out what is none, and keeps its order', () =>
    expect(partsOf({ ...none, queued: 3, read: 1, delivered: 2, failed: 4, uncertain: 1 })).toEqual([
      { group: 'arrived', n: 3 },
      { group: 'waiting', n: 3 },
      { group: 'judge', n: 1 },
      { group: 'failed', n: 4 },
    ]));
  it.each([
    [none, { total: 0, done: 0, share: 0 }],
    [
      { ...none, queued: 1, sending: 1, sent: 2 },
      { total: 4, done: 2, share: 0.5 },
    ],
    [
      { ...none, failed: 2, dropped: 2 },
      { total: 4, done: 4, share: 1 },
    ],
  ])('%j: %j', (counts, said) => expect(progressOf(counts)).toEqual(said));
});

describe('the funnel', () => {
  const reached = { invited: 8, delivered: 6, read: 4, registered: 2, linked: 1, to_call: 0, answered: 0 };
  it('is of those who were invited', () =>
    expect(stepsOf({ channel: 'whatsapp', reached }).map(({ step, share }) => [step, share])).toEqual([
      ['invited', 1],
      ['delivered', 0.75],
      ['read', 0.5],
      ['registered', 0.25],
      ['linked', 0.125],
    ]));
  it('is of nobody at first', () =>
    expect(
      stepsOf({ channel: 'whatsapp', reached: { ...reached, invited: 0 } }).every(
        ({ share }) => share === null,
      ),
    ).toBe(true));
  it.each([
    [{ channel: 'wa_me' }, []],
    [{ channel: 'file' }, []],
    [{ channel: 'zenziva' }, []],
    [{ channel: 'twilio' }, ['delivered']],
    [{ channel: 'vonage' }, ['delivered']],
    [{ channel: 'whatsapp' }, ['delivered', 'read']],
    [{ channel: 'wa_me', fallback: 'twilio' }, ['delivered']],
    [{ channel: 'zenziva', fallback: 'file' }, []],
    [{ channel: 'zenziva', fallback: 'whatsapp' }, ['delivered', 'read']],
    [{ channel: 'whatsapp', fallback: 'zenziva' }, ['delivered', 'read']],
  ] as const)('of %j shows what is told: %j', (ways, told) =>
    expect(stepsOf({ ...ways, reached }).map(({ step }) => step)).toEqual([
      'invited',
      ...told,
      'registered',
      'linked',
    ]),
  );
});

describe('what may be done', () => {
  const queued = { ...none, queued: 2 };
  it.each([
    [{ state: 'running' }, ['pause', 'cancel']],
    [{ state: 'filling' }, ['pause', 'cancel']],
    [{ state: 'paused' }, ['resume', 'cancel']],
    [{ state: 'done' }, []],
    [{ state: 'cancelled' }, []],
    [{ state: 'running', channel: 'wa_me', counts: queued }, ['chat', 'pause', 'cancel']],
    [{ state: 'running', channel: 'wa_me' }, ['pause', 'cancel']],
    [{ state: 'paused', channel: 'wa_me', counts: queued }, ['resume', 'cancel']],
  ] as const)('%j: %j', (change, said) => expect(actsOf(campaign(change))).toEqual(said));
  it.each([
    ['filling', true],
    ['running', true],
    ['paused', false],
    ['done', false],
  ] as const)('%s moves by itself: %s', (state, said) => expect(moves(campaign({ state }))).toBe(said));
});

describe('a message', () => {
  const at = (hour: number) => `2026-05-01T0${hour}:00:00Z`;
  const one = { state: 'queued', registered: false, run_at: at(2), queued_at: at(1) } as Message;
  it.each([
    [one, at(2)],
    [{ ...one, state: 'dropped' }, at(1)],
    [{ ...one, state: 'opened', opened_at: at(3) }, at(3)],
    [{ ...one, state: 'read', sent_at: at(3), delivered_at: at(4), read_at: at(5) }, at(5)],
  ] as const)('%#: what happened last', (message, said) => expect(lastOf(message)).toBe(said));
});
