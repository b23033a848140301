import { expect, it } from 'vitest';
import { pairLines } from './pair';

it('says how two people agree, field by field', () => {
  const lines = pairLines(
    { full_name: 'SITI  Rahayu', phone: '+62812', email: 'a@example.com', position: 'Pengasuh' },
    { full_name: 'Siti Rahayu', phone: '+62813', birth_date: '1990-01-01', position: 'Perawat' },
  );
  expect(lines).toEqual([
    { field: 'full_name', agreement: 'equal' },
    { field: 'phone', agreement: 'differs' },
    { field: 'email', agreement: 'one' },
    { field: 'birth_date', agreement: 'one' },
    { field: 'position', agreement: 'other' },
  ]);
});
