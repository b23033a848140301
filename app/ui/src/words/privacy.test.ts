import { beforeEach, describe, expect, it } from 'vitest';
import type { ConsentRecord } from '../api/types';
import { prefs } from '../state/prefs.svelte';
import { consentFoot, consentText, keptText } from './privacy';

const show = () => undefined;
prefs.show = show; // There is no document here.

const given: ConsentRecord = {
  purpose: 'recruitment',
  kind: 'given',
  at: '2026-11-20T03:00:00Z',
  source: 'registration',
  by: 'registration',
  version: '2026-11',
};

describe('what the law asks to be told', () => {
  beforeEach(() => (prefs.locale = 'id'));
  it('says until when her data is kept, and why', () =>
    expect(keptText({ retain_until: '2027-11-22T18:00:00Z', retained_for: 'quiet' })).toBe(
      'Disimpan sampai 23 Nov 2027, kecuali ada kabar baru tentangnya.',
    ));
  it('says that she withdrew, and what comes of it', () =>
    expect(keptText({ retain_until: '2026-11-24T03:00:00Z', retained_for: 'withdrawn' })).toBe(
      'Ia menarik persetujuannya. Datanya disimpan sampai 24 Nov 2026, lalu dihapus.',
    ));
  it.each(['work', 'unset'] as const)('names no day where there is none: %s', (retained_for) =>
    expect(keptText({ retain_until: null, retained_for })).not.toContain('20'),
  );
  it('says what she consented to, when, how, and by which text', () => {
    expect(consentText(given)).toBe('Setuju datanya diproses untuk rekrutmen');
    expect(consentFoot(given, 'registration')).toBe(
      '20 Nov 2026 10.00 WIB · saat mendaftar · naskah 2026-11',
    );
  });
  it('says who recorded it where somebody did', () => {
    const stopped = { ...given, purpose: 'messages', kind: 'withdrawn', source: 'staff' } as const;
    expect(consentText(stopped)).toBe('Tidak mau menerima pesan');
    expect(consentFoot({ ...stopped, version: null }, 'rina')).toBe(
      '20 Nov 2026 10.00 WIB · dicatat tim Anda · rina',
    );
  });
});
