import { describe, expect, it } from 'vitest';
import { audienceOf, kindOf, listOf, messagesOf, partOf } from './view';

describe('an address of outreach', () => {
  it.each([
    [null, {}, { part: 'campaigns' }],
    ['baru', { batch: 'b' }, { part: 'compose' }],
    ['templat', {}, { part: 'templates', name: null }],
    ['templat', { nama: 'undangan' }, { part: 'templates', name: 'undangan' }],
    ['0192', {}, { part: 'campaign', id: '0192' }],
    ['0192', { daftar: 'failed' }, { part: 'campaign', id: '0192' }],
    ['0192', { cara: 'chat' }, { part: 'chat', id: '0192' }],
  ])('%s %j', (id, query, said) =>
    expect(partOf({ id, query: query as Record<string, string> })).toEqual(said),
  );

  it.each([
    [{ batch: 'b' }, ['a'], { batch: 'b' }, 'batch'],
    [{ siapa: 'impor', batch: 'b' }, [], { batch: 'b' }, 'batch'],
    [{ batch: 'b', q: 'siti' }, ['a'], { filter: { batch: 'b', q: 'siti' } }, 'filter'],
    [{ siapa: 'pilihan' }, ['a', 'b'], { applications: ['a', 'b'] }, 'applications'],
    // What was chosen is forgotten when the page is loaded anew.
    [{ siapa: 'pilihan', q: 'x' }, [], { filter: { q: 'x' } }, 'filter'],
    [{ portal: 'glints', stage: '', nama: 'x' }, ['a'], { filter: { portal: 'glints' } }, 'filter'],
  ])('%j means %j', (query, chosen, said, kind) => {
    const audience = audienceOf(query as Record<string, string>, chosen);
    expect(audience).toEqual(said);
    expect(kindOf(audience)).toBe(kind);
  });

  it('an unknown list is all of them', () => {
    expect(listOf('x')).toBe('all');
    expect(messagesOf('all')).toEqual({});
    expect(messagesOf(listOf('uncertain'))).toEqual({ state: 'uncertain' });
    expect(messagesOf(listOf('answered'))).toEqual({ answered: true });
    // Whom HR must call is among those who failed.
    expect(messagesOf(listOf('call'))).toEqual({ state: 'failed' });
  });
});
