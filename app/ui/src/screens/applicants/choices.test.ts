import { describe, expect, it } from 'vitest';
import type { Fields } from '../../api/types';
import { choiceLines, swapped, winner } from './choices';

const siti: Fields = { full_name: 'Siti Aminah', location: 'Depok', position: 'Mitra Asuh' };
const aminah: Fields = { full_name: 'Aminah Putri', education: 'SMK', position: 'Mitra Asuh' };

describe('two applicants side by side', () => {
  const lines = choiceLines(siti, aminah);
  it('show what either says, and ask where they differ', () =>
    expect(lines.map(({ field, choice }) => [field, choice])).toEqual([
      ['full_name', true],
      ['location', false],
      ['position', false],
      ['education', false],
    ]));
  it('keep the one’s value, and take the other’s where the one has none', () =>
    expect(lines.map((line) => winner(line, {}))).toEqual(['own', 'own', 'own', 'other']));
  it('keep the chosen values when they change places', () => {
    expect(swapped(lines, {})).toEqual({ full_name: 'other' });
    expect(swapped(lines, { full_name: 'other' })).toEqual({ full_name: 'own' });
  });
});
