import { describe, expect, test } from 'vitest';
import { accountsFilter, cleared, peopleFilter, rowsFilter } from './filters';

describe('what narrows a queue', () => {
  test.each([
    [{}, {}],
    [
      { alasan: 'shared_phone', skor: '0.8', portal: 'bank_kerja' },
      { reason: 'shared_phone', min: 0.8, portal: 'bank_kerja' },
    ],
    [{ alasan: 'no_name', skor: '0.81', portal: '' }, {}],
  ])('rows: %j', (query, filter) => {
    expect(rowsFilter(query)).toEqual(filter);
  });

  test.each([
    [{ antrean: 'pelamar' }, {}],
    [
      { alasan: 'likeness', bukti: 'phone', skor: '0.95', portal: 'satu' },
      { reason: 'likeness', by: 'phone', min: 0.95, portal: 'satu' },
    ],
    [{ alasan: 'shared_phone', bukti: 'shoes', skor: 'high' }, {}],
  ])('applicants: %j', (query, filter) => {
    expect(peopleFilter(query)).toEqual(filter);
  });

  test.each([
    [
      { alasan: 'taken', portal: 'glints' },
      { why: 'taken', portal: 'glints' },
    ],
    [{ alasan: 'likeness' }, {}],
  ])('accounts: %j', (query, filter) => {
    expect(accountsFilter(query)).toEqual(filter);
  });

  test('cleared, it is still the queue that it was', () => {
    expect(cleared({ antrean: 'akun', alasan: 'taken' })).toEqual({ antrean: 'akun' });
  });
});
