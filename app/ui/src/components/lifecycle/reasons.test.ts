import { describe, expect, test } from 'vitest';
import type { Stage } from '../../api/types';
import { reasonsFor, refusedSince, split, type Wish } from './reasons';

const stages = {
  SCREENING: { reject: ['documents'], resign: ['ill'], reopen: ['returned'], correct: ['wrong_status'] },
  MCU: { reject: ['documents', 'unfit'], resign: ['ill'], reopen: ['returned'], correct: ['wrong_status'] },
} as const;
const stage = (one: Stage) => stages[one as keyof typeof stages] as never;
const at = (...all: Stage[]): Wish['people'] =>
  all.map((one) => ({ id: one, full_name: 'Siti', stage: one, sub_state: 'ACTIVE' }));

describe('the reasons that an act asks for', () => {
  test.each([
    ['advance', null, []],
    ['reject', null, [{ group: 'rejected', reasons: ['documents', 'unfit'] }]],
    ['resign', null, [{ group: 'resigned', reasons: ['ill'] }]],
    ['reopen', null, [{ group: 'reopened', reasons: ['returned'] }]],
    ['correct', { stage: 'MCU', sub_state: 'ACTIVE' }, [{ group: 'corrected', reasons: ['wrong_status'] }]],
    [
      'correct',
      { stage: 'SCREENING', sub_state: 'REJECTED' },
      [
        { group: 'corrected', reasons: ['wrong_status'] },
        { group: 'rejected', reasons: ['documents'] },
      ],
    ],
  ] as const)('%s %o', (act, corrected, asked) => {
    expect(reasonsFor({ act, people: at('SCREENING', 'MCU') }, corrected, stage)).toEqual(asked);
  });
});

test('who stands at several stages is asked for stage by stage, each saying where it leads', () => {
  const next: Partial<Record<Stage, Stage>> = { SCREENING: 'INTERVIEW_HR', MCU: 'ONBOARDED_ON_DEMAND' };
  const people = [...at('SCREENING', 'MCU'), { ...at('SCREENING')[0]!, id: 'third' }];
  expect(split({ act: 'advance', people }, (stage) => next[stage])).toEqual([
    { stage: 'INTERVIEW_HR', applications: ['SCREENING', 'third'] },
    { stage: 'ONBOARDED_ON_DEMAND', applications: ['MCU'] },
  ]);
  expect(split({ act: 'reject', people }, (stage) => next[stage])).toEqual([
    { stage: undefined, applications: ['SCREENING', 'MCU', 'third'] },
  ]);
});

describe('what is refused when it is carried out, and was not when it was looked at', () => {
  const one = (application: string, code: string | null) =>
    ({ application, refused: code ? { code, message: '' } : null }) as never;
  test.each([
    ['nobody', [one('a', null)], [one('a', null)], []],
    [
      'whoever was refused before is known',
      [one('a', null), one('b', 'inactive')],
      [one('a', null), one('b', 'inactive')],
      [],
    ],
    [
      'somebody else was quicker',
      [one('a', null), one('b', null)],
      [one('a', 'inactive'), one('b', null)],
      ['a'],
    ],
    ['refused for another reason', [one('a', 'same')], [one('a', 'inactive')], ['a']],
    ['nobody had looked', [], [one('a', 'inactive')], ['a']],
  ] as const)('%s', (_, looked, came, expected) => {
    expect(refusedSince<{ application: string }>(looked, came).map((each) => each.application)).toEqual(
      expected,
    );
  });
});
