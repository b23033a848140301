import { describe, expect, it } from 'vitest';
import { href, parse } from './route';

describe('a route', () => {
  it.each([
    ['', { screen: 'impor', id: null, query: {} }],
    ['#/tinjau', { screen: 'tinjau', id: null, query: {} }],
    ['#/nowhere', { screen: 'impor', id: null, query: {} }],
    ['#/tinjau/b1%3A7', { screen: 'tinjau', id: 'b1:7', query: {} }],
    [
      '#/pelamar?q=siti%20a&portal=glints',
      { screen: 'pelamar', id: null, query: { q: 'siti a', portal: 'glints' } },
    ],
  ])('%j is read', (hash, route) => expect(parse(hash)).toEqual(route));

  it('is read back as it was written', () => {
    expect(parse(href('pelamar', 'a/b', { q: 'x&y', portal: '' }))).toEqual({
      screen: 'pelamar',
      id: 'a/b',
      query: { q: 'x&y' },
    });
  });
});
