import { describe, expect, it } from 'vitest';
import type { Field, How, ImportRow, MappedColumn } from '../../api/types';
import { problemsOf, repairCount, repairsOf, rowProblems, sourceColumn } from './cells';

const column = (n: number, field: Field, how: How = 'exact'): MappedColumn => ({
  column: n,
  header: field,
  field,
  how,
  score: 1,
  samples: [],
});
const row = (part: Partial<ImportRow>): ImportRow => ({
  row: 2,
  outcome: 'new',
  reason: null,
  decision: null,
  edited: false,
  erased: false,
  score: null,
  cells: [],
  fields: {},
  phones: [],
  emails: [],
  repairs: [],
  problems: [],
  matches: [],
  application: null,
  ...part,
});

describe('the column that an edit writes to', () => {
  it('is the only one of the field', () =>
    expect(sourceColumn([column(1, 'ignore'), column(2, 'full_name')], row({}), ['full_name'])?.column).toBe(
      2,
    ));
  it('is none for a name in two columns', () =>
    expect(
      sourceColumn([column(1, 'first_name'), column(2, 'last_name')], row({}), ['first_name', 'last_name']),
    ).toBeNull());
  it('is none for a suggestion that nobody confirmed', () =>
    expect(sourceColumn([column(1, 'email', 'fuzzy')], row({}), ['email'])).toBeNull());
  it.each([
    [['', '0812'], 2],
    [['0812', '0857'], 1],
    [['', ''], 1],
  ])('of two phones %j is column %d', (cells, expected) =>
    expect(
      sourceColumn([column(1, 'phone'), column(2, 'whatsapp')], row({ cells }), ['phone', 'whatsapp'])
        ?.column,
    ).toBe(expected),
  );
});

describe('what is said of a phone cell', () => {
  const phone = column(1, 'phone');
  const one = row({
    cells: ["'0812 (WA)"],
    phones: [
      {
        raw: "'0812 (WA)",
        value: null,
        repairs: ['apostrophe', 'note'],
        usable: false,
        problem: 'phone_invalid',
      },
    ],
    repairs: [{ code: 'apostrophe', column: 1, from: '', to: '' }],
    problems: [
      { code: 'phone_invalid', column: 1, message: '' },
      { code: 'no_contact', message: '' },
    ],
  });
  it('names each repair once', () => expect(repairsOf(one, phone)).toEqual(['apostrophe', 'note']));
  it('names each problem once', () =>
    expect(problemsOf(one, phone).map((p) => p.code)).toEqual(['phone_invalid']));
  it('leaves the row its own problems', () =>
    expect(rowProblems(one).map((p) => p.code)).toEqual(['no_contact']));
  it('counts what was repaired', () => expect(repairCount(one)).toBe(3));
});
