import { expect, it } from 'vitest';
import en from '../../messages/en.json';
import id from '../../messages/id.json';
import { CONSENT } from './consent';

/** What each name stands for; one that somebody may have consented by is never changed. */
const TEXTS: Readonly<Record<string, string[]>> = {
  '2026-11': [
    'Saya setuju {company} memproses data saya (nama, nomor HP, tanggal lahir, dan isi lamaran saya) untuk keperluan rekrutmen.',
    'Data Anda tidak dipakai untuk hal lain. Persetujuan ini bisa Anda tarik kapan saja di halaman ini; data Anda lalu akan dihapus, kecuali Anda sudah bekerja di sini.',
    'I consent that {company} processes my data (my name, mobile number, birth date and what my application says) so that I may be hired.',
    'Your data is used for nothing else. You may take this back here at any time; your data is erased then, unless you work here already.',
  ],
};

it('is the text that its name stands for', () => {
  expect([id, en].flatMap((all) => [all.reg_consent, all.reg_consent_more])).toEqual(TEXTS[CONSENT]);
});
