import { describe, expect, it } from 'vitest';
// The backend's own test reads the same table, so that both count the same.
import table from '../../../../../core/src/outreach/length.json';
import { lengthOf } from './segments';

describe('the length of an SMS', () => {
  it.each(table)('$what', ({ parts, characters, segments, unicode_by }) => {
    const text = parts.map(([piece, times]) => String(piece).repeat(Number(times))).join('');
    expect([...text]).toHaveLength(characters);
    expect(lengthOf(text)).toMatchObject({ segments, unicode: unicode_by.length > 0, foreign: unicode_by });
  });

  it.each([
    ['nothing', '', { units: 0, left: 160 }],
    ['brackets cost two', '[{}]', { units: 8, left: 152 }],
    ['one more than full', 'a'.repeat(161), { units: 161, left: 145 }],
    ['a sign of two places is not torn', `${'a'.repeat(152)}€${'a'.repeat(20)}`, { units: 174, left: 131 }],
    ['seventy with an accent', `${'a'.repeat(69)}ê`, { units: 70, left: 0 }],
    ['and one more', `${'a'.repeat(70)}ê`, { units: 71, left: 63 }],
  ])('what is left of the last segment: %s', (_, text, said) => expect(lengthOf(text)).toMatchObject(said));
});
