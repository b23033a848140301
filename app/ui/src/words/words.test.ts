import { beforeEach, describe, expect, it } from 'vitest';
import en from '../../messages/en.json';
import id from '../../messages/id.json';
import { prefs } from '../state/prefs.svelte';
import { problemText } from './errors';
import { bytes, date, days, duration, letters, number, phone, rupiah, time } from './format';
import { summary } from './summary';

const show = () => undefined;
prefs.show = show; // There is no document here.

const holes = (text: unknown): string[] =>
  [...JSON.stringify(text).matchAll(/\{(\w+)\}/g)].map((hole) => hole[1] ?? '').sort();

describe('the messages', () => {
  it('are the same in both languages', () => expect(Object.keys(en)).toEqual(Object.keys(id)));
  it('fill the same holes', () => {
    const differing = Object.keys(id).filter((key) => {
      const [a, b] = [id, en].map((all) => [...new Set(holes((all as Record<string, unknown>)[key]))].join());
      return a !== b;
    });
    expect(differing).toEqual([]);
  });
});

describe('in Indonesian', () => {
  beforeEach(() => (prefs.locale = 'id'));
  it('numbers have dots', () => expect(number(1234567)).toBe('1.234.567'));
  it('a date is the day that was written', () => expect(date('2026-08-17')).toBe('17 Agu 2026'));
  it('a time is Jakarta’s, also past midnight', () =>
    expect(time('2026-08-16T18:30:00Z')).toBe('17 Agu 2026 01.30 WIB'));
  it('money is a range where it is one', () =>
    expect(rupiah(3_000_000, 4_000_000).replace(/\s/g, ' ')).toBe('Rp 3.000.000 – Rp 4.000.000'));
  it.each([
    [0.02, '< 1 jam'],
    [0.5, '12 jam'],
    [1.25, '1,3 hari'],
    [7, '7 hari'],
    [13.6, '14 hari'],
  ])('a wait of %d days is %s', (n, said) => expect(days(n)).toBe(said));
  it('a day that nobody understands is told as one', () => {
    const problem = { type: '', title: '', status: 400, code: 'request.invalid', detail: '' };
    expect(problemText({ ...problem, params: { what: 'as_of', why: '' } })).toContain('Tanggal');
    expect(problemText({ ...problem, params: { what: 'cursor', why: '' } })).not.toContain('Tanggal');
  });
  it('a size has its unit', () => expect(bytes(1_500_000)).toBe('1,5 MB'));
  it.each([
    [0, '1 detik'],
    [59, '59 detik'],
    [60, '1 menit'],
    [61, '2 menit'],
    [3600, '1 jam'],
    [86_400, '24 jam'],
  ])('%d seconds are waited as %s', (seconds, said) => expect(duration(seconds)).toBe(said));
  it('a commit is told in a sentence’s parts, without zeros', () => {
    const counts = { new: 37, match: 3, duplicate: 1, review: 5, repeat: 0, rejected: 2 };
    expect(summary(counts, 3)).toEqual({
      saved: ['37 pelamar baru', '4 sumber tambahan', '2 menurut keputusan Anda', '3 menunggu keputusan'],
      left: ['2 ditolak'],
    });
  });
  it('a problem names its file', () =>
    expect(problemText({ type: '', title: '', status: 422, code: 'file.empty', detail: '' }, 'a.csv')).toBe(
      'a.csv kosong. Unduh ulang dari portal.',
    ));
  it('a problem says how long to wait, and which role is needed', () => {
    const problem = { type: '', title: '', status: 423, detail: '' };
    expect(problemText({ ...problem, code: 'staff.locked', params: { seconds: '120' } })).toBe(
      'Terlalu banyak yang salah. Coba lagi dalam 2 menit.',
    );
    const params = { needed: 'recruiter', role: 'viewer' };
    expect(problemText({ ...problem, code: 'staff.role', params })).toBe(
      'Untuk ini perlu peran Perekrut; peran Anda Pengamat.',
    );
  });
  it('an unknown problem keeps the backend’s words', () =>
    expect(problemText({ type: '', title: '', status: 500, code: 'new.one', detail: 'Said.' })).toBe(
      'Said.',
    ));
});

describe('in English', () => {
  beforeEach(() => (prefs.locale = 'en'));
  it('one is one', () => {
    const counts = { new: 1, match: 0, duplicate: 0, review: 0, repeat: 0, rejected: 1 };
    expect(summary(counts, 0)).toEqual({ saved: ['1 new applicant'], left: ['1 rejected'] });
  });
});

describe('in any language', () => {
  it.each([
    [1, 'A'],
    [26, 'Z'],
    [27, 'AA'],
    [16384, 'XFD'],
  ])('column %d is %s', (n, name) => expect(letters(n)).toBe(name));
  it.each([
    ['+6281234567890', '+62 812 3456 7890'],
    ['+62812345678', '+62 812 345 678'],
    ['1500888', '1500888'],
    [undefined, ''],
  ])('%s is shown as %s', (value, shown) => expect(phone(value)).toBe(shown));
});
