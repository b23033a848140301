import { describe, expect, it } from 'vitest';
import { plainName, stemOf } from './files';

describe('what a saved file is called', () => {
  it.each([
    ['pelamar', 'pelamar'],
    ['corong 2026-11-23 é', 'corong 2026-11-23 é'],
    ['../../etc/passwd', 'etcpasswd'],
    ['C:\\x|y', 'Cxy'],
    ['a\r\nSet-Cookie: b', 'aSet-Cookie b'],
    [' .. ', 'satu'],
    ['é'.repeat(500), 'é'.repeat(120)],
  ])('%j: %j', (words, name) => expect(plainName(words)).toBe(name));

  it.each([
    ['pelamar.xlsx', 'pelamar'],
    ['pelamar.mei.csv', 'pelamar.mei'],
    ['pelamar', 'pelamar'],
  ])('%j stands for %j', (file, stem) => expect(stemOf(file)).toBe(stem));
});
