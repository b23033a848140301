import { beforeEach, expect, test, vi } from 'vitest';
import type { Import, ImportRow } from '../../api/types';
import { toasts } from '../../state/toasts.svelte';
import { draftOf, forgetDraft } from './draft.svelte';

const at = (state: Import['state'], more: Partial<Import> = {}): Import =>
  ({
    id: '7',
    state,
    undecided: 3,
    progress: state === 'deciding' ? { phase: 'deciding', done: 1, total: 3 } : null,
    ...more,
  }) as Import;
/** What the server answers whoever asks for the import, one after another; the last one from then on. */
let answers: Import[] = [];

vi.mock('../../platform', () => ({ platform: { apiBase: 'http://localhost' } }));
vi.mock('../../api/client', () => ({
  api: {
    decide: () => Promise.resolve({ decided: null, import: at('deciding') }),
    import: () => Promise.resolve(answers.length > 1 ? answers.shift() : answers[0]),
    rows: () => Promise.resolve({ items: [row], total: 1, offset: 0 }),
    row: () => Promise.resolve(row),
  },
}));

const row = { row: 2, outcome: 'review', reason: 'shared_phone', decision: null } as ImportRow;

beforeEach(() => {
  toasts.items = [];
  forgetDraft('7');
});

test.each([
  ['decided', at('ready', { decided: 3, undecided: 0 }), 'done'],
  ['stopped', at('ready'), 'info'],
])('a class that was %s is told when it rests, not before', async (_word, rest, tone) => {
  answers = [at('deciding'), rest];
  const draft = draftOf('7');
  const deciding = draft.decideClass('shared_phone', 'same');
  await vi.waitFor(() => expect(draft.import?.state).toBe('deciding'));
  expect([draft.busy, draft.editable, toasts.items.length]).toEqual([true, false, 0]);
  await deciding;
  expect([draft.busy, draft.import?.state]).toEqual([false, 'ready']);
  expect(toasts.items.map((toast) => toast.tone)).toEqual([tone]);
});

test('a class whose decision failed is told by the import, and by no word of its own', async () => {
  answers = [at('ready', { problem: { code: 'internal', detail: 'Broken.' } as Import['problem'] })];
  await draftOf('7').decideClass('shared_phone', 'same');
  expect(toasts.items).toEqual([]);
});
