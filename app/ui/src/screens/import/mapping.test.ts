import { describe, expect, it } from 'vitest';
import type { Field, How, MappedColumn } from '../../api/types';
import {
  asksOrder,
  change,
  doubled,
  fieldOf,
  missing,
  openSuggestions,
  written,
  portalId,
  type Edits,
} from './mapping';

const column = (
  n: number,
  field: Field,
  how: How = 'exact',
  more: Partial<MappedColumn> = {},
): MappedColumn => ({
  column: n,
  header: '',
  field,
  how,
  score: 1,
  samples: [],
  ...more,
});
const none: Edits = new Map();
const mapping = [
  column(1, 'full_name', 'fuzzy'),
  column(2, 'phone'),
  column(3, 'position', 'manual'),
  column(4, 'applied_at', 'exact', { date_order: 'undecided' }),
];

describe('a mapping under edit', () => {
  it('does not use a suggestion before it is confirmed', () => {
    expect(fieldOf(mapping[0]!, none)).toBe('extras');
    expect(missing(mapping, none)).toEqual({ name: true, contact: false });
  });
  it('uses it once it is', () => {
    const edits: Edits = new Map([[1, { field: 'full_name' }]]);
    expect(missing(mapping, edits).name).toBe(false);
    expect(openSuggestions(mapping, edits)).toEqual([]);
  });
  it('sends what HR chose, now or before, and nothing else', () => {
    const edits: Edits = new Map([[4, { field: 'applied_at', date_order: 'day_first' }]]);
    const whole = { portal: 'glints', sheet: 'Pelamar', header_row: 3, mapping };
    expect(change(whole, edits, true)).toEqual({
      portal: 'glints',
      sheet: 'Pelamar',
      header_row: 3,
      remember: true,
      columns: [
        { column: 3, field: 'position' },
        { column: 4, field: 'applied_at', date_order: 'day_first' },
      ],
    });
  });
  it('keeps to how the text is read, so that a change of a column does not undo a chosen delimiter', () => {
    const whole = {
      portal: 'other',
      header_row: 1,
      mapping,
      dialect: { encoding: 'windows-1252', delimiter: '\t', quote: 'none', escape: 'doubled' },
    };
    expect(change(whole, none, false)).toMatchObject(whole.dialect);
    expect(written({ encoding: 'UTF-8' })).toEqual({ encoding: 'UTF-8' });
    expect(written(null)).toEqual({});
  });
  it('asks for the order of dates that can be read in two ways', () => {
    expect(asksOrder(mapping[3]!, none)).toBe(true);
    expect(asksOrder(column(5, 'birth_date', 'exact', { date_order: 'unambiguous' }), none)).toBe(false);
    expect(asksOrder(mapping[1]!, none)).toBe(false);
  });
  it('minds two columns for one field, unless there may be several', () => {
    const two = [column(1, 'birth_date'), column(2, 'birth_date'), column(3, 'phone'), column(4, 'phone')];
    expect(doubled(two, none)).toEqual([{ field: 'birth_date', columns: [1, 2] }]);
  });
});

describe('the id of a portal', () => {
  it.each([
    ['Bursa Kerja', 'bursa_kerja'],
    ['  Bursa Kerja 2026! ', 'bursa_kerja_2026'],
    ['Café', 'cafe'],
    ['!?', ''],
    ['', ''],
  ])('%j becomes %j', (name, id) => {
    expect(portalId(name)).toBe(id);
  });
});
