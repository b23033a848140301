import { describe, expect, it } from 'vitest';
import { lengthOf } from './segments';

describe('the length of an SMS', () => {
  it.each([
    ['nothing', '', { unicode: false, units: 0, segments: 1, left: 160 }],
    ['a short one', 'Halo Siti', { unicode: false, units: 9, segments: 1, left: 151 }],
    ['one that is just full', 'a'.repeat(160), { unicode: false, units: 160, segments: 1, left: 0 }],
    ['one more', 'a'.repeat(161), { unicode: false, units: 161, segments: 2, left: 145 }],
    ['two full ones', 'a'.repeat(306), { unicode: false, units: 306, segments: 2, left: 0 }],
    ['brackets cost two', '[{}]', { unicode: false, units: 8, segments: 1, left: 152 }],
    [
      'a sign of two places is not torn',
      `${'a'.repeat(152)}€${'a'.repeat(20)}`,
      { unicode: false, units: 174, segments: 2, left: 131 },
    ],
    ['seventy with an accent', `${'a'.repeat(69)}ê`, { unicode: true, units: 70, segments: 1, left: 0 }],
    ['and one more', `${'a'.repeat(70)}ê`, { unicode: true, units: 71, segments: 2, left: 63 }],
    ['a picture is two', '🙂', { unicode: true, units: 2, segments: 1, left: 68 }],
  ])('%s', (_, text, said) => expect(lengthOf(text)).toMatchObject(said));

  it('names what made it Unicode, once each', () =>
    expect(lengthOf('“Halo” 🙂 “ya” è').foreign).toEqual(['“', '”', '🙂']));
  it('knows accents that cost nothing', () => expect(lengthOf('è é ñ ü').unicode).toBe(false));
});
