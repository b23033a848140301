import { describe, expect, it } from 'vitest';
import {
  instantOf,
  minutes,
  nextAllowed,
  REMIND_AFTER_MOST,
  REMINDERS_MOST,
  startFault,
  typedOf,
  within,
} from './schedule';

const night = { quiet_from: '20:00', quiet_until: '08:00' };
const noon = { quiet_from: '12:00', quiet_until: '13:00' };
const jakarta = (clock: string, day = '01') => new Date(`2026-05-${day}T${clock}:00+07:00`);

describe('the quiet hours', () => {
  it.each([
    ['in the morning', '09:00', night, jakarta('09:00')],
    ['just before the night', '19:59', night, jakarta('19:59')],
    ['as it begins', '20:00', night, jakarta('08:00', '02')],
    ['before midnight', '23:30', night, jakarta('08:00', '02')],
    ['after midnight', '03:00', night, jakarta('08:00')],
    ['as it ends', '08:00', night, jakarta('08:00')],
    ['at noon', '12:10', noon, jakarta('13:00')],
    ['after noon', '13:00', noon, jakarta('13:00')],
    ['where there are none', '23:00', { quiet_from: '00:00', quiet_until: '00:00' }, jakarta('23:00')],
    ['where nobody understands them', '23:00', { quiet_from: '?', quiet_until: '' }, jakarta('23:00')],
  ])('%s', (_, clock, quiet, said) => expect(nextAllowed(jakarta(clock), quiet)).toEqual(said));
  it('seconds do not matter', () =>
    expect(nextAllowed(new Date('2026-05-01T20:30:45+07:00'), night)).toEqual(jakarta('08:00', '02')));
});

describe('a start', () => {
  it('is Jakarta’s time', () => {
    expect(instantOf('2026-05-01T09:30')).toEqual(jakarta('09:30'));
    expect(typedOf(jakarta('09:30'))).toBe('2026-05-01T09:30');
  });
  it.each([
    ['', 'no_time'],
    ['2026-05-01', 'no_time'],
    ['2026-99-01T09:30', 'no_time'],
    ['2026-05-01T08:58', 'past'],
    ['2026-05-01T08:59', null],
    ['2026-05-02T00:00', null],
  ])('%j: %s', (typed, said) => expect(startFault(typed, jakarta('09:00'))).toBe(said));
  it.each([
    ['08:05', 485],
    ['24:00', null],
    ['8', null],
  ])('%s is %s minutes', (clock, said) => expect(minutes(clock)).toBe(said));
});

describe('a reminder', () => {
  it.each([
    [null, REMIND_AFTER_MOST, 1],
    [0, REMIND_AFTER_MOST, 1],
    [90, REMIND_AFTER_MOST, 90],
    [366, REMIND_AFTER_MOST, 365],
    [2.4, REMINDERS_MOST, 2],
    [10, REMINDERS_MOST, 10],
    [11, REMINDERS_MOST, 10],
  ])('%s of at most %s is %s', (typed, most, said) => expect(within(typed, most)).toBe(said));
});
