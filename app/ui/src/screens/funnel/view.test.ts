import { describe, expect, it } from 'vitest';
import { asked, beginning, faults, read, shownDay, write, type View } from './view';

const TODAY = '2026-11-22';
const now: View = { asOf: '', since: '', portal: '', shape: 'chart', lost: 'all', span: '26' };

describe('an address', () => {
  it('without anything is now, with everything', () => {
    expect(read({})).toEqual(now);
    expect(write(now, TODAY)).toEqual({});
  });
  it('is read back as it was written', () => {
    const view: View = {
      asOf: '2026-05-01',
      since: '2026-04-01',
      portal: 'glints',
      shape: 'table',
      lost: 'RESIGNED',
      span: '52',
    };
    expect(read(write(view, TODAY))).toEqual(view);
  });
  it('does not name today: it is now', () =>
    expect(write({ ...now, asOf: TODAY, portal: 'glints' }, TODAY)).toEqual({ portal: 'glints' }));
  it('with words of nobody’s is read without them', () =>
    expect(read({ tampil: 'peta', hilang: 'semua', minggu: '3', q: 'siti' })).toEqual(now));
});

describe('what is asked', () => {
  it.each([
    [{}, {}],
    [{ asOf: TODAY }, {}],
    [
      { asOf: '2026-11-21', portal: 'glints' },
      { as_of: '2026-11-21', portal: 'glints' },
    ],
    [{ since: '2026-11-21' }, { since: '2026-11-21' }],
    [
      { asOf: '2026-11-21', since: '2026-11-21' },
      { as_of: '2026-11-21', since: '2026-11-21' },
    ],
  ])('%j: %j', (change, filter) => expect(asked({ ...now, ...change }, TODAY)).toEqual(filter));

  it.each([
    [{ asOf: 'kemarin' }, { asOf: 'no_day' }],
    [{ asOf: '2026-02-30' }, { asOf: 'no_day' }],
    [{ asOf: '2026-11-23' }, { asOf: 'future' }],
    [{ since: '2026-11-23' }, { since: 'future' }],
    [{ since: '2026-05-02', asOf: '2026-05-01' }, { since: 'after' }],
    [
      { since: 'x', asOf: 'y' },
      { since: 'no_day', asOf: 'no_day' },
    ],
    [{ since: '2026-05-02', asOf: '2026-99-01' }, { asOf: 'no_day' }],
  ] as const)('nothing, of %j: %j', (change, found) => {
    const view = { ...now, ...change };
    expect(faults(view, TODAY)).toEqual(found);
    expect(asked(view, TODAY)).toBeNull();
  });
});

describe('a replay', () => {
  it.each([
    [{}, '2026-05-24'],
    [{ span: '12' }, '2026-08-30'],
    [{ since: '2026-11-01' }, '2026-11-01'],
    [{ since: '2020-11-01' }, '2026-05-24'],
    [{ since: 'x' }, '2026-05-24'],
  ] as const)('begins, of %j, on %s', (change, day) =>
    expect(beginning({ ...now, ...change }, TODAY)).toBe(day),
  );
  it.each([
    ['', TODAY],
    ['2026-05-01', '2026-05-01'],
    ['2027-05-01', TODAY],
  ])('stands, as of %j, at %s', (asOf, day) => expect(shownDay({ ...now, asOf }, TODAY)).toBe(day));
});
