import { describe, expect, it } from 'vitest';
import { parse } from './route';
import { led, roleMay, ROLES } from './roles';

describe('a role', () => {
  it('may what those before it may, and no more', () =>
    expect(ROLES.map((role) => ROLES.map((needed) => roleMay(role, needed)))).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]));

  it.each([
    ['#/impor', 'viewer', 'pelamar'],
    ['', 'viewer', 'pelamar'],
    ['#/impor/b1', 'viewer', null],
    ['#/tinjau', 'viewer', null],
    ['#/akun', 'viewer', null],
    ['#/corong', 'viewer', null],
    ['#/tim', 'viewer', 'pelamar'],
    ['#/impor', 'recruiter', null],
    ['#/tim', 'recruiter', 'pelamar'],
    ['#/tim?bagian=riwayat', 'admin', null],
    ['#/impor', 'admin', null],
  ] as const)('%s, for a %s: led to %s', (hash, role, screen) =>
    expect(led(parse(hash), (needed) => roleMay(role, needed))).toBe(screen),
  );
});
