/** The mock's look-alikes: invented questions about two and three applicants, and what was said of them. */
import type { Application, Duplicate, DuplicateQuestion, Link, LinkRequest, Step } from '../src/api/types.ts';

const id = (number: number): string => `0192c0de-0000-7000-9000-${String(number).padStart(12, '0')}`;
const step = (field: string, level: Step['level'], weight: number, a = '', b = a): Step => ({
  field,
  level,
  weight,
  sentence: field === 'prior' ? 'prior' : `${field}.${level}`,
  a,
  b,
});

function person(number: number, portal: string, fields: Partial<Application>): Application {
  return {
    answers: [],
    extras: {},
    id: id(number),
    portal,
    stage: number % 2 ? 'SCREENING' : 'INTERVIEW_HR',
    sub_state: 'ACTIVE',
    user_id: null,
    merged: [],
    merged_into: null,
    identifiers: [],
    created_at: '2026-08-03T02:10:00Z',
    sources: [
      {
        portal,
        source_ref: `X-${number}`,
        batch: null,
        file: `${portal}.xlsx`,
        sheet: null,
        row: number + 1,
        added_at: '2026-08-03T02:10:00Z',
      },
    ],
    ...fields,
  } as unknown as Application;
}

const siti = person(1, 'glints', {
  full_name: 'Siti Aminah',
  phone: '+6281234567801',
  email: 'siti.aminah@example.com',
  birth_date: '1998-04-12',
  location: 'Depok',
  position: 'Mitra Asuh',
});
const aminah = person(2, 'jobstreet', {
  full_name: 'Siti Aminah, S.Pd.',
  phone: '+6281234567801',
  email: 'aminah98@example.id',
  birth_date: '1998-04-12',
  location: 'Kota Depok',
  education: 'S1 PAUD',
});
const third = person(3, 'indeed', {
  full_name: 'Siti Aminnah',
  phone: '+6281234567819',
  email: 'aminah98@example.id',
  birth_date: '1998-12-04',
  position: 'Pengasuh anak',
});
const rizki = person(4, 'glints', {
  full_name: 'Moch. Rizki',
  phone: '+6281234567804',
  birth_date: '1995-07-01',
});
const rizky = person(5, 'jobstreet', {
  full_name: 'Muhammad Rizky',
  phone: '+6281234567804',
  birth_date: '1995-07-01',
  location: 'Bekasi',
});

const pair = (a: Application, b: Application, score: number, evidence: Step[]): Duplicate => {
  const of = (one: Application) => ({
    application: one.id,
    portal: one.portal,
    source_ref: null,
    full_name: one.full_name ?? '',
  });
  return { a: of(a), b: of(b), score, evidence: [step('prior', null, -19.4), ...evidence] };
};

const questions: DuplicateQuestion[] = [
  {
    id: siti.id,
    score: 0.9996,
    reasons: ['same_contact'],
    people: [siti, aminah, third],
    pairs: [
      pair(siti, aminah, 0.9996, [
        step('name', 'equal', 10.6, 'aminah siti'),
        step('phone', 'equal', 20.6, '6281234567801'),
        step('birth_date', 'equal', 13.1, '19980412'),
        step('email', 'different', -1.9, 'siti.aminah@example.com', 'aminah98@example.id'),
      ]),
      pair(aminah, third, 0.982, [
        step('name', 'typing', 8.5, 'aminah siti', 'aminnah siti'),
        step('email', 'equal', 19.7, 'aminah98@example.id'),
        step('birth_date', 'swapped', 7.6, '19980412', '19981204'),
        step('phone', 'different', -2.6, '6281234567801', '6281234567819'),
      ]),
    ],
  },
  {
    id: rizki.id,
    score: 0.991,
    reasons: ['same_contact'],
    people: [rizki, rizky],
    pairs: [
      pair(rizki, rizky, 0.991, [
        step('name', 'spelling', 12, 'muhammad rizki', 'muhammad rizky'),
        step('phone', 'equal', 20.6, '6281234567804'),
        step('birth_date', 'equal', 13.1, '19950701'),
        step('family', null, -3.2),
      ]),
    ],
  },
];

const said: Link[] = [];
let next = 100;

const nameOf = (application: string): string =>
  questions.flatMap((one) => one.people).find((one) => one.id === application)?.full_name ?? '–';

/** Says something of two applicants. */
export function say(application: string, { kind, other, reason }: LinkRequest): Link {
  const link = {
    id: id((next += 1)),
    kind: kind === 'family' ? 'told_apart' : kind,
    application,
    application_name: nameOf(application),
    other,
    other_name: nameOf(other),
    reverses: null,
    reversed_by: null,
    by: 'HR Satu',
    at: new Date().toISOString(),
    reason: reason ?? null,
    evidence: [],
    choices: [],
    shared: [],
  } as unknown as Link;
  said.unshift(link);
  return link;
}

/** Takes something back. */
export function reverse(event: string): Link | null {
  const found = said.find((one) => one.id === event);
  if (!found) return null;
  const kind = found.kind === 'merged' ? 'unmerged' : 'reconsidered';
  const back: Link = { ...found, id: id((next += 1)), kind, reverses: event, at: new Date().toISOString() };
  found.reversed_by = back.id;
  said.unshift(back);
  return back;
}

export const latest = (): Link[] => said;

/** The questions that nobody has answered: as soon as something stands of two of them, all of it counts as answered. */
export const open = (): DuplicateQuestion[] =>
  questions.filter(({ people }) => {
    const ids = people.map((one) => one.id);
    return !said.some(
      (link) =>
        !link.reverses && !link.reversed_by && ids.includes(link.application) && ids.includes(link.other),
    );
  });
