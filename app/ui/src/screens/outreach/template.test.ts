import { describe, expect, it } from 'vitest';
import { lengthOf } from './segments';
import { calledBy, fill, insert, marks, placeOf, read, sampleOf } from './template';

const kinds = (body: string) => read(body).faults.map((fault) => fault.kind);

describe('a template', () => {
  it.each([
    ['Halo {nama}, {tautan}', []],
    ['{nama} {nama_lengkap} {posisi} {perusahaan} {tautan}', []],
    ['Halo {nama}', ['no_link']],
    ['', ['empty']],
    ['  \n ', ['empty']],
    ['Halo {nma}, {tautan}', ['unknown']],
    ['Halo { nama }, {tautan}', ['unknown']],
    ['Halo {}, {tautan}', ['unknown']],
    ['Halo {nama, {tautan}', ['unclosed']],
    ['Halo nama}, {tautan}', ['unclosed']],
    ['Halo {nama\n} {tautan}', ['unclosed', 'unclosed']],
    ['a{ {b} {', ['unclosed', 'unknown', 'unclosed', 'no_link']],
    [`{tautan}${'a'.repeat(1100)}`, ['too_long']],
  ])('%j: %j', (body, said) => expect(kinds(body)).toEqual(said));

  it('says where', () => {
    const [fault] = read('Halo\nBu {siapa} {tautan}').faults;
    expect(fault).toEqual({ kind: 'unknown', name: 'siapa', from: 8, to: 15 });
    expect(placeOf('Halo\nBu {siapa} {tautan}', 8)).toEqual({ line: 2, column: 4 });
  });

  it('is drawn in runs that are the whole of it', () => {
    const body = 'Halo {nama}, {x} {tautan';
    const drawn = marks(body);
    expect(drawn.map((mark) => mark.text).join('')).toBe(body);
    expect(drawn.filter((mark) => mark.kind !== 'text').map((mark) => [mark.kind, mark.text])).toEqual([
      ['variable', '{nama}'],
      ['fault', '{x}'],
      ['fault', '{'],
    ]);
  });

  it('is filled, and what is not known keeps its braces', () =>
    expect(fill('Halo {nama}, {posisi}: {tautan}', { nama: 'Siti', tautan: 'https://x' })).toBe(
      'Halo Siti, {posisi}: https://x',
    ));
  it('a value is no template', () =>
    expect(fill('{nama} {tautan}', { nama: '{tautan}' })).toBe('{tautan} {tautan}'));
  it('is counted with a token as long as hers', () => {
    const body = `${'a'.repeat(160 - 'https://daftar.example.com/daftar#'.length - 32)}{tautan}`;
    const text = fill(body, sampleOf(undefined, null));
    expect(text.split('#')[1]).toHaveLength(32);
    expect(lengthOf(text)).toMatchObject({ units: 160, segments: 1 });
    expect(lengthOf(`${text}a`).segments).toBe(2);
  });
  it('is counted with the link that is set', () => {
    const sample_link = `https://satu.rumah-asuh.example/daftar#${'x'.repeat(32)}`;
    const text = fill('{perusahaan}: {tautan}', sampleOf(undefined, { company: 'Rumah Asuh', sample_link }));
    expect(text).toBe(`Rumah Asuh: ${sample_link}`);
  });
  it('takes a variable where the cursor stands', () =>
    expect(insert('Halo , apa', 'nama', 5, 5)).toEqual({ body: 'Halo {nama}, apa', at: 11 }));
  it.each([
    ['Siti Rahmawati', 'Siti'],
    ['  Dewi ', 'Dewi'],
    ['', ''],
  ])('%j is called %j', (full, called) => expect(calledBy(full)).toBe(called));
});
