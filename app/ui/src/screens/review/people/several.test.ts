import { describe, expect, test } from 'vitest';
import type { Application, DuplicateQuestion, Step } from '../../../api/types';
import { isCertain, merges, pairsOf, valueLines, winnerOf } from './several';

const person = (id: string, fields: Partial<Application>): Application => ({ id, ...fields }) as Application;
const siti = person('a', { full_name: 'Siti Aminah', location: 'Depok' });
const aminah = person('b', { full_name: 'Aminah', email: 'aminah@example.id' });
const third = person('c', { full_name: 'Siti Aminah', location: 'Bogor' });

describe('values of several applicants', () => {
  test('a field differs where two say something else', () => {
    const lines = valueLines([siti, aminah, third]);
    const differs = Object.fromEntries(lines.map((line) => [line.field, line.differs]));
    expect(differs).toEqual({ full_name: true, email: false, location: true });
  });

  test('who stays wins, unless another was chosen or she says nothing', () => {
    const people = [siti, aminah, third];
    const lines = valueLines(people);
    const winners = (wins: Parameters<typeof winnerOf>[3]): Record<string, string> =>
      Object.fromEntries(lines.map((line) => [line.field, winnerOf(line, people, 'b', wins)]));
    expect(winners({})).toEqual({ full_name: 'b', email: 'b', location: 'a' });
    expect(winners({ location: 'c', email: 'a' })).toEqual({ full_name: 'b', email: 'b', location: 'c' });
  });

  test('every other one is merged into who stays, with the values that won', () => {
    expect(merges([siti, aminah, third], 'a', { location: 'c' })).toEqual([
      { into: 'a', request: { kind: 'merged', other: 'b', choices: { full_name: 'own', location: 'own' } } },
      {
        into: 'a',
        request: { kind: 'merged', other: 'c', choices: { full_name: 'own', location: 'other' } },
      },
    ]);
  });
});

test('three people are three pairs', () => {
  expect(pairsOf(['a', 'b', 'c'])).toEqual([
    ['a', 'b'],
    ['a', 'c'],
    ['b', 'c'],
  ]);
});

describe('the class that is decided at once', () => {
  const step = (field: string, level: Step['level'], weight: number): Step =>
    ({ field, level, weight, sentence: '', a: '', b: '' }) as Step;
  const question = (evidence: Step[]): DuplicateQuestion =>
    ({ people: [siti, third], pairs: [{ evidence }] }) as unknown as DuplicateQuestion;

  test.each([
    [
      'phone and name',
      [step('prior', null, -20), step('phone', 'equal', 20), step('name', 'equal', 9)],
      true,
    ],
    ['a name that is merely like it', [step('phone', 'equal', 20), step('name', 'typing', 9)], false],
    [
      'another birth date',
      [step('phone', 'equal', 20), step('name', 'equal', 9), step('birth_date', 'different', -7)],
      false,
    ],
  ])('%s', (_, evidence, certain) => {
    expect(isCertain(question(evidence))).toBe(certain);
  });
});
