/** The rows of one invented file: each outcome, each repair and each problem turns up somewhere. */
import type { Import, ImportRow, MappedColumn, Match, ReviewReason } from '../src/api/types.ts';
import { person, seeded, type Person } from './people.ts';

const column = (
  n: number,
  header: string,
  field: MappedColumn['field'],
  how: MappedColumn['how'],
  score: number,
  samples: string[],
  more: Partial<MappedColumn> = {},
): MappedColumn => ({ column: n, header, field, how, score, samples, ...more });

export function mappingOf(portal: string): MappedColumn[] {
  const unknown = portal === 'other';
  return [
    column(1, 'No', 'ignore', 'exact', 1, ['1', '2', '3']),
    column(
      2,
      unknown ? 'Nama Calon' : 'Nama Lengkap',
      'full_name',
      unknown ? 'fuzzy' : 'exact',
      unknown ? 0.78 : 1,
      ['SITI RAHAYU', 'dewi lestari', 'Rina  Wulandari'],
    ),
    column(
      3,
      unknown ? 'No Kontak (WA)' : 'Nomor Telepon',
      'phone',
      unknown ? 'fuzzy' : 'exact',
      unknown ? 0.71 : 1,
      ["'+62 812 1234 5678", '0857-1234-9876 (WA)', '8.12346E+11'],
    ),
    column(4, 'Email', 'email', 'exact', 1, ['siti.rahayu@example.com', 'dewi@gmail.con']),
    column(5, 'Posisi', 'position', 'exact', 1, ['Mitra Asuh', 'Pengasuh Anak']),
    column(6, 'Domisili', 'location', 'exact', 1, ['Bandung', 'Depok', 'Bekasi']),
    column(7, 'Tanggal Melamar', 'applied_at', 'exact', 1, ['01/09/2026', '17 September 2026', '45917'], {
      date_order: 'day_first',
    }),
    column(8, 'Tgl Lahir', 'birth_date', 'remembered', 1, ['12/03/1994', '07/11/1988'], {
      date_order: unknown ? 'undecided' : 'unambiguous',
    }),
    column(9, 'Gaji Harapan', 'expected_salary', 'fuzzy', 0.84, ['Rp 3.500.000', '3,5 jt', 'Rp 3-4 juta']),
    column(10, 'Pendidikan Terakhir', 'education', 'exact', 1, ['SMA', 'D3 Kebidanan']),
    column(11, 'Punya SIM?', 'extras', 'none', 0, ['Ya', 'Tidak']),
    column(12, 'Catatan Rekruter', 'extras', 'none', 0, []),
  ];
}

const REASONS: ReviewReason[] = [
  'shared_phone',
  'possible',
  'conflict',
  'closed_application',
  'employee',
  'shared_email',
];

const title = (name: string) => name;

/** How often each outcome turns up, by the row's place. */
function outcomeAt(index: number, random: () => number): ImportRow['outcome'] {
  if (index % 29 === 3) return 'review';
  if (index % 41 === 7) return 'rejected';
  const at = random();
  if (at < 0.08) return 'match';
  if (at < 0.11) return 'duplicate';
  if (at < 0.15) return 'repeat';
  return 'new';
}

export function makeRow(seed: number, index: number): ImportRow {
  const random = seeded(seed * 1_000_003 + index);
  const who = person(random, seed * 131 + index);
  const outcome = outcomeAt(index, random);
  const raw = rawPhone(who, index);
  const row: ImportRow = {
    row: index + 2,
    outcome,
    reason: null,
    decision: null,
    edited: false,
    erased: false,
    cells: [
      String(index + 1),
      index % 3 === 0 ? who.name.toUpperCase() : who.name,
      raw.cell,
      index % 17 === 5 ? who.email.replace('example.com', 'gmail.con') : who.email,
      who.position,
      who.city,
      dateCell(who.applied, index),
      who.birth.split('-').reverse().join('/'),
      index % 5 === 0 ? '3,5 jt' : `Rp ${who.salary.toLocaleString('id-ID')}`,
      who.school,
      index % 2 ? 'Ya' : 'Tidak',
      '',
    ],
    fields: {
      full_name: title(who.name),
      ...(raw.value ? { phone: raw.value } : {}),
      email: who.email,
      birth_date: who.birth,
      gender: 'female',
      location: who.city,
      position: who.position,
      applied_at: who.applied,
      education: who.school,
      expected_salary: who.salary,
      extras: { 'Punya SIM?': index % 2 ? 'Ya' : 'Tidak' },
    },
    phones: [
      {
        raw: raw.cell,
        value: raw.value,
        repairs: raw.repairs,
        usable: raw.value !== null,
        ...(raw.problem ? { problem: raw.problem } : {}),
      },
    ],
    emails: [{ raw: who.email, value: who.email, repairs: [], usable: true }],
    repairs: [],
    problems: raw.problem ? [{ code: raw.problem, column: 3, value: raw.cell, message: '' }] : [],
    matches: [],
    application: null,
  };
  if (index % 3 === 0)
    row.repairs.push({ code: 'name_case', column: 2, from: row.cells[1] ?? '', to: who.name });
  if (index % 4 === 1)
    row.repairs.push({ code: 'date', column: 7, from: row.cells[6] ?? '', to: who.applied });
  if (index % 5 === 0) row.repairs.push({ code: 'amount', column: 9, from: '3,5 jt', to: '3500000' });
  if (index % 17 === 5) {
    const typo = row.cells[3] ?? '';
    row.fields.email = typo;
    row.emails = [
      { raw: typo, value: typo, repairs: [], usable: true, problem: 'email_typo', suggestion: who.email },
    ];
    row.problems.push({ code: 'email_typo', column: 4, value: typo, message: '' });
  }
  if (outcome === 'rejected') reject(row, index);
  if (outcome === 'review') row.reason = REASONS[Math.floor(index / 29) % REASONS.length] ?? 'possible';
  return row;
}

function reject(row: ImportRow, index: number): void {
  if (index % 2) {
    row.reason = 'no_contact';
    row.cells[2] = '+62****';
    row.cells[3] = '****@****';
    delete row.fields.phone;
    delete row.fields.email;
    row.phones = [{ raw: '+62****', value: null, repairs: [], usable: false, problem: 'masked' }];
    row.emails = [{ raw: '****@****', value: null, repairs: [], usable: false, problem: 'masked' }];
    row.problems = [
      { code: 'masked', column: 3, value: '+62****', message: '' },
      { code: 'masked', column: 4, value: '****@****', message: '' },
      { code: 'no_contact', message: '' },
    ];
  } else {
    row.reason = 'no_name';
    row.cells[1] = '';
    delete row.fields.full_name;
    row.problems = [{ code: 'no_name', column: 2, message: '' }];
  }
}

function rawPhone(who: Person, index: number) {
  const national = `0${who.phone.slice(3)}`;
  const plain = {
    cell: who.phone,
    value: who.phone as string | null,
    repairs: [] as ImportRow['phones'][0]['repairs'],
    problem: undefined as ImportRow['phones'][0]['problem'],
  };
  switch (index % 11) {
    case 1:
      return { ...plain, cell: `'${who.phone}`, repairs: ['apostrophe' as const] };
    case 2:
      return { ...plain, cell: `${national.slice(1)}.0`, repairs: ['float_tail' as const] };
    case 3:
      return { ...plain, cell: `${national} (WA)`, repairs: ['note' as const] };
    case 4:
      return { ...plain, cell: `0062${who.phone.slice(3)}`, repairs: ['country_code' as const] };
    case 8:
      return index % 22 === 8
        ? { ...plain, cell: '8.12346E+11', value: null, problem: 'digits_lost' as const }
        : plain;
    case 9:
      return index % 33 === 9
        ? { ...plain, cell: `${national.slice(0, -1)}O`, value: null, problem: 'phone_letters' as const }
        : plain;
    default:
      return { ...plain, cell: national };
  }
}

function dateCell(iso: string, index: number): string {
  const [year, month, day] = iso.split('-');
  return index % 4 === 1 ? `${Number(day)} September ${year}` : `${day}/${month}/${year}`;
}

/** The other person (or two) of a review row. */
export function matchesOf(row: ImportRow, portal: string): Match[] {
  if (row.outcome !== 'review' && row.outcome !== 'match') return [];
  const random = seeded(row.row * 17);
  const other = person(random, row.row * 3);
  const base = {
    portal: portal === 'glints' ? 'jobstreet' : 'glints',
    stage: 'SCREENING',
    sub_state: 'ACTIVE',
    row: null,
  } as const;
  const id = `app-${String(row.row).padStart(5, '0')}`;
  const name = row.fields.full_name ?? '';
  const [phone, email, birth] = [row.fields.phone ?? '', row.fields.email ?? '', row.fields.birth_date ?? ''];
  const fields = {
    full_name: other.name,
    phone: other.phone,
    email: other.email,
    birth_date: other.birth,
    location: other.city,
    position: other.position,
    applied_at: other.applied,
    gender: 'female',
  } as const;
  switch (row.reason) {
    case 'conflict':
      return [
        {
          ...base,
          application: id,
          fields: { ...fields, full_name: name, phone },
          evidence: [
            { code: 'phone_equal', weight: 'for', a: phone, b: phone },
            { code: 'name_equal', weight: 'for', a: name, b: name },
          ],
        },
        {
          ...base,
          application: `${id}b`,
          portal: 'indeed',
          fields: { ...fields, full_name: `${name.split(' ')[0]} ${other.name.split(' ').pop()}`, email },
          evidence: [
            { code: 'email_equal', weight: 'for', a: email, b: email },
            { code: 'name_different', weight: 'against', a: name, b: other.name },
          ],
        },
      ];
    case 'possible':
      return [
        {
          ...base,
          application: id,
          fields: {
            ...fields,
            full_name: name.replace('i', 'y'),
            birth_date: birth,
            location: row.fields.location ?? '',
          },
          evidence: [
            { code: 'name_similar', weight: 'for', a: name, b: name.replace('i', 'y') },
            { code: 'birth_date_equal', weight: 'for', a: birth, b: birth },
            {
              code: 'location_equal',
              weight: 'for',
              a: row.fields.location ?? '',
              b: row.fields.location ?? '',
            },
          ],
        },
      ];
    case 'closed_application':
      return [
        {
          ...base,
          application: id,
          sub_state: 'RESIGNED',
          stage: 'PSIKOTEST',
          fields: { ...row.fields },
          evidence: [
            { code: 'phone_equal', weight: 'for', a: phone, b: phone },
            { code: 'name_equal', weight: 'for', a: name, b: name },
          ],
        },
      ];
    case 'employee':
      return [
        {
          ...base,
          application: id,
          stage: 'ONBOARDED_REGULAR',
          fields: { ...row.fields, position: 'Mitra Asuh' },
          evidence: [
            { code: 'phone_equal', weight: 'for', a: phone, b: phone },
            { code: 'name_equal', weight: 'for', a: name, b: name },
          ],
        },
      ];
    case 'shared_email':
      return [
        {
          ...base,
          application: id,
          fields: { ...fields, email },
          evidence: [
            { code: 'email_equal', weight: 'for', a: email, b: email },
            { code: 'name_different', weight: 'against', a: name, b: other.name },
          ],
        },
      ];
    default:
      return [
        {
          ...base,
          application: id,
          fields: { ...fields, phone, location: row.fields.location ?? '' },
          evidence: [
            { code: 'phone_equal', weight: 'for', a: phone, b: phone },
            {
              code: 'location_equal',
              weight: 'for',
              a: row.fields.location ?? '',
              b: row.fields.location ?? '',
            },
            { code: 'name_different', weight: 'against', a: name, b: other.name },
            { code: 'birth_date_different', weight: 'against', a: birth, b: other.birth },
          ],
        },
      ];
  }
}

export const countsOf = (rows: readonly ImportRow[]): Import['counts'] => {
  const counts = { new: 0, repeat: 0, duplicate: 0, match: 0, review: 0, rejected: 0 };
  for (const row of rows) counts[row.outcome] += 1;
  return counts;
};
