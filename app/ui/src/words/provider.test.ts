import { describe, expect, it } from 'vitest';
// The backend's own test of the exported list reads the same table, so that both say the same.
import exported from '../../../../backend/src/export/told.json';
import type { Channel } from '../api/types';
import { prefs } from '../state/prefs.svelte';
import { isOfTemplate, told, toldWords } from './provider';

prefs.show = () => undefined; // There is no document here.

describe('what a provider said', () => {
  it.each([
    ['whatsapp', '131026', 'tidak bisa menerima pesan'],
    ['twilio', '21610', 'minta berhenti'],
    // A number means something at its own provider only.
    ['vonage', '131026', 'kode 131026'],
    ['zenziva', 'timeout', 'tidak menjawab'],
    ['vonage', 'http.401', 'kata kunci'],
    ['whatsapp', 'http.503', 'bermasalah'],
    ['whatsapp', '999', 'kode 999'],
    ['zenziva', '99', 'saldo'],
    ['wa_me', 'opted_out', 'Minta berhenti'],
    ['wa_me', 'cancelled', 'dibatalkan'],
    ['wa_me', 'not_on_whatsapp', 'tidak ada di WhatsApp'],
  ] as const)('%s %s', (channel, code, said) => {
    prefs.locale = 'id';
    expect(toldWords(channel, code)).toContain(said);
  });
  it.each([
    ['whatsapp', '132000', true],
    ['whatsapp', '132015', true],
    ['twilio', '21617', true],
    ['whatsapp', '190', false],
    ['twilio', '132000', false],
    ['whatsapp', null, false],
  ] as const)('%s %s is of the template: %s', (channel, code, said) =>
    expect(isOfTemplate(channel, code)).toBe(said),
  );
  it.each(exported)('$channel $code is exported as it is shown', ({ channel, code, words }) => {
    prefs.locale = 'id';
    expect(toldWords(channel as Channel, code).replace(/\.$/, '')).toBe(words);
  });
  it('leaves none out of the export', () => {
    const all = new Set(exported.map(({ channel, code }) => `${channel} ${code}`));
    // What is ours says the same on every channel.
    const ours = new Set(exported.map(({ code }) => code));
    const missing = told().filter(([channel, code]) =>
      channel === 'wa_me' ? !ours.has(code) : !all.has(`${channel} ${code}`),
    );
    expect(missing).toEqual([]);
  });
});
