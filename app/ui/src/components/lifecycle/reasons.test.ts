import { describe, expect, test } from 'vitest';
import type { Stage } from '../../api/types';
import { reasonsFor, type Wish } from './reasons';

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
