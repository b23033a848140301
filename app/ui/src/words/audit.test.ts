import { beforeEach, describe, expect, it } from 'vitest';
import { prefs } from '../state/prefs.svelte';
import { deedWords, outcomeOf, subjectOf } from './audit';

prefs.show = () => undefined; // There is no document here.
beforeEach(() => (prefs.locale = 'id'));

const ID = '0192c0de-0000-7000-8000-000000000001';

describe('what was done', () => {
  it.each([
    ['POST /v1/imports/{id}/commit', 'Menyimpan impor'],
    ['GET /v1/exports/applications', 'Mengekspor daftar pelamar'],
    ['GET /v1/applications/{id}/history', 'Membuka riwayat status pelamar'],
  ])('%s is told in words', (action, said) => expect(deedWords({ action, target: '/v1' })).toBe(said));
  it.each([
    ['staff.add', 'budi viewer', 'budi ditambahkan ke tim sebagai Pengamat'],
    ['staff.role', 'budi admin', 'Peran budi menjadi Admin'],
    ['staff.role', 'budi chief', 'Peran budi menjadi chief'],
    ['staff.reset', 'budi', 'Kata sandi baru dibuat untuk budi'],
    ['staff.sign_in', 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Firefox/143.0', 'Masuk, Firefox di Linux'],
    ['staff.sign_in', '', 'Masuk, Perangkat tidak dikenal'],
  ])('of the team, %s %s: %s', (action, target, said) => expect(deedWords({ action, target })).toBe(said));
  it.each(['POST /v1/of/another/time', 'staff.of_another_time', 'constructor', ''])(
    '%j is shown as it stands',
    (action) => expect(deedWords({ action, target: '/v1' })).toBe(action),
  );
});

describe('what came of it', () => {
  it.each([
    [200, 'berhasil'],
    [204, 'berhasil'],
    [302, 'berhasil'],
    [401, 'ditolak'],
    [422, 'ditolak'],
    [500, 'gagal'],
    [null, 'tidak diketahui'],
    [undefined, 'tidak diketahui'],
  ])('%j: %s', (status, said) => expect(outcomeOf(status).word()).toBe(said));
});

describe('whom it was about', () => {
  it.each([
    [`/v1/applications/${ID}`, { kind: 'application', id: ID }],
    [`/v1/applications/${ID}/transitions`, { kind: 'application', id: ID }],
    [`/v1/imports/${ID}/rows/7`, { kind: 'import', id: ID }],
    [`/v1/staff/${ID}/reset`, { kind: 'staff', id: ID }],
    ['/v1/applications', null],
    ['/v1/staff/session', null],
    [`/v1/staff/sessions/${ID}`, null],
    [`/v1/links/${ID}/reversal`, null],
    [`/v1/applications/${ID}x`, null],
  ])('%s', (target, subject) => expect(subjectOf(target)).toEqual(subject));
});
