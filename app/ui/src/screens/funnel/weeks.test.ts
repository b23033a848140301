import { describe, expect, it } from 'vitest';
import { isDay, place, plus, today, weeks } from './weeks';

describe('a day', () => {
  it.each([
    ['2026-08-16T16:59:59Z', '2026-08-16'],
    ['2026-08-16T17:00:00Z', '2026-08-17'],
  ])('at %s it is %s in Jakarta', (now, day) => expect(today(new Date(now))).toBe(day));

  it.each([
    ['2026-05-01', true],
    ['2024-02-29', true],
    ['2026-02-29', false],
    ['2026-13-01', false],
    ['1999-12-31', false],
    ['0202-05-01', false],
    ['2026-5-1', false],
    ['kemarin', false],
    ['', false],
  ])('%j is one that can be asked for: %s', (text, is) => expect(isDay(text)).toBe(is));

  it('goes on over the ends of months and years', () => {
    expect(plus('2026-12-31', 1)).toBe('2027-01-01');
    expect(plus('2026-03-01', -1)).toBe('2026-02-28');
  });
});

describe('the weeks of a replay', () => {
  it('end today, and begin at the first day even if that makes a short week', () =>
    expect(weeks('2026-05-01', '2026-05-17')).toEqual([
      '2026-05-01',
      '2026-05-03',
      '2026-05-10',
      '2026-05-17',
    ]));
  it('are whole where they fit', () =>
    expect(weeks('2026-05-03', '2026-05-17')).toEqual(['2026-05-03', '2026-05-10', '2026-05-17']));
  it('are one day where there is nothing between', () => {
    expect(weeks('2026-05-17', '2026-05-17')).toEqual(['2026-05-17']);
    expect(weeks('2026-06-01', '2026-05-17')).toEqual(['2026-05-17']);
  });
  it.each([
    ['2026-05-17', 2],
    ['2026-05-16', 1],
    ['2026-05-03', 0],
    ['2026-01-01', 0],
  ])('a day is shown at the last one before it: %s at %d', (day, at) =>
    expect(place(['2026-05-03', '2026-05-10', '2026-05-17'], day)).toBe(at),
  );
});
