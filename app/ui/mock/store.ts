/** The mock's memory: imports with their rows, and the applicants that came of them. */
import type { Application, Import, ImportRow, Review } from '../src/api/types.ts';
import { countsOf, makeRow, mappingOf, matchesOf } from './rows.ts';

export interface Batch {
  whole: Import;
  rows: ImportRow[];
  /** When the current work began, and what it ends in. */
  work: { since: number; ms: number; done: () => void } | null;
}

export const batches = new Map<string, Batch>();
export const applications = new Map<string, Application>();
let next = 1;
const uuid = (): string => `0192c0de-0000-7000-8000-${String(next++).padStart(12, '0')}`;
const now = (): string => new Date().toISOString();

export const portals = [
  { id: 'glints', name: 'Glints', columns: [], statuses: [], layouts: [], builtin: true },
  { id: 'jobstreet', name: 'JobStreet', columns: [], statuses: [], layouts: [], builtin: true },
  { id: 'indeed', name: 'Indeed', columns: [], statuses: [], layouts: [], builtin: true },
];
export const samples = [
  { name: 'glints-mitra-asuh.xlsx', portal: 'glints', title: 'Pelamar mitra asuh dari Glints' },
  { name: 'jobstreet-pengasuh.csv', portal: 'jobstreet', title: 'Pengasuh anak dari JobStreet' },
  { name: 'indeed-caregiver.csv', portal: 'indeed', title: 'Caregiver dari Indeed' },
];

function portalOf(name: string): string {
  const lower = name.toLowerCase();
  return (
    portals.find((portal) => lower.includes(portal.id))?.id ?? (lower.includes('asing') ? 'other' : 'glints')
  );
}

/** How many rows a file of this name has: the name says, so that a test can ask for any. */
const sizeOf = (name: string): number => Number(/(\d{3,7})/.exec(name)?.[1] ?? 240);

export function read(file: string, bytes: number): Import {
  const portal = portalOf(file);
  const id = uuid();
  const total = sizeOf(file);
  const whole: Import = {
    id,
    file,
    sha256: '0'.repeat(64),
    bytes: bytes || total * 210,
    container: file.endsWith('.csv') ? 'csv' : 'xlsx',
    notes: file.endsWith('.csv') ? ['bom', 'separator_semicolon'] : ['title_rows', 'footer'],
    portal,
    confidence: portal === 'other' ? 0 : 0.97,
    confidence_reason: '',
    candidates: [
      { portal, confidence: portal === 'other' ? 0 : 0.97, reason: '' },
      { portal: portal === 'indeed' ? 'glints' : 'indeed', confidence: 0.34, reason: '' },
    ],
    other_tables: [],
    tie: [],
    sheet: file.endsWith('.csv') ? null : 'Pelamar',
    sheets: file.endsWith('.csv') ? [] : ['Pelamar', 'Arsip'],
    sheet_candidates: [],
    drift: null,
    questions: portal === 'other' ? ['columns'] : [],
    header_row: 1,
    mapping: mappingOf(portal),
    needs_mapping: portal === 'other',
    state: 'reading',
    progress: { phase: 'reading', done: 0, total: null },
    rows: 0,
    counts: countsOf([]),
    undecided: 0,
    decided: null,
    waiting: 0,
    problem: null,
    undo: null,
    created_at: now(),
    created_by: 'HR Satu',
    committed_at: null,
    undone_at: null,
  };
  const batch: Batch = { whole, rows: [], work: null };
  batches.set(id, batch);
  start(batch, Math.min(6000, 500 + total / 40), () => {
    const seed = next * 7 + file.length;
    batch.rows = Array.from({ length: total }, (_, index) => makeRow(seed, index));
    whole.state = 'ready';
    whole.rows = total;
    recount(batch);
  });
  return whole;
}

export function start(batch: Batch, ms: number, done: () => void): void {
  batch.work = { since: Date.now(), ms, done };
}

/** Lets time pass for an import: its progress, or its end. */
export function tick(batch: Batch): Import {
  const { work, whole } = batch;
  if (work && whole.progress) {
    const share = Math.min(1, (Date.now() - work.since) / work.ms);
    const total = whole.rows || sizeOf(whole.file);
    if (share >= 1) {
      batch.work = null;
      whole.progress = null;
      work.done();
    } else {
      const all = whole.state === 'deciding' ? (whole.progress.total ?? total) : total;
      whole.progress.done = Math.round(all * share);
      whole.progress.total = whole.state === 'deciding' ? all : share > 0.25 || whole.rows ? total : null;
      if (whole.state === 'reading' && share > 0.7) whole.progress.phase = 'planning';
    }
  }
  return whole;
}

export function recount(batch: Batch): void {
  batch.whole.counts = countsOf(batch.rows);
  batch.whole.undecided = batch.rows.filter(
    (row) => row.outcome === 'review' && row.decision === null,
  ).length;
}

export function decideClass(batch: Batch, rows: number, note: () => void): void {
  const { whole } = batch;
  whole.state = 'deciding';
  whole.decided = null;
  whole.progress = { phase: 'deciding', done: 0, total: rows };
  start(batch, Math.min(5000, 300 + rows), () => {
    whole.state = 'ready';
    whole.decided = rows;
    note();
  });
}

export function commit(batch: Batch): void {
  const { whole } = batch;
  whole.state = 'committing';
  whole.progress = { phase: 'committing', done: 0, total: whole.rows };
  start(batch, Math.min(5000, 700 + whole.rows / 30), () => {
    whole.state = 'committed';
    whole.committed_at = now();
    whole.waiting = whole.undecided;
    for (const row of batch.rows) {
      const makes =
        row.outcome === 'new' || row.decision?.action === 'different' || row.decision?.action === 'shared';
      if (!makes) continue;
      row.application = uuid();
      applications.set(row.application, applicationOf(batch, row, row.application));
    }
  });
}

function applicationOf(batch: Batch, row: ImportRow, id: string): Application {
  const extra =
    row.row % 6 === 0
      ? [
          {
            portal: 'indeed',
            source_ref: `IND-${row.row}`,
            batch: batch.whole.id,
            file: 'indeed-caregiver.csv',
            sheet: null,
            row: row.row + 3,
            added_at: now(),
          },
        ]
      : [];
  return {
    ...row.fields,
    answers:
      row.row % 2
        ? []
        : [
            { question: 'Apakah bersedia menginap?', answer: 'Ya, bersedia', match: 'true' },
            { question: 'Pengalaman mengasuh balita?', answer: '3 tahun di daycare' },
          ],
    id,
    portal: batch.whole.portal,
    stage: 'SCREENING',
    sub_state: 'ACTIVE',
    user_id: row.row % 9 === 0 ? uuid() : null,
    merged: [],
    identifiers: [
      ...row.phones.flatMap((p) =>
        p.value
          ? [
              {
                kind: 'phone' as const,
                value: p.value,
                raw: p.raw,
                state: row.decision?.action === 'shared' ? ('shared' as const) : ('key' as const),
              },
            ]
          : [],
      ),
      ...row.emails.flatMap((e) =>
        e.value ? [{ kind: 'email' as const, value: e.value, raw: e.raw, state: 'key' as const }] : [],
      ),
    ],
    sources: [
      {
        portal: batch.whole.portal,
        source_ref: `GL-${1000 + row.row}`,
        batch: batch.whole.id,
        file: batch.whole.file,
        sheet: batch.whole.sheet,
        row: row.row,
        added_at: now(),
      },
      ...extra,
    ],
    created_at: now(),
  };
}

export function undo(batch: Batch): void {
  const { whole } = batch;
  whole.state = 'undoing';
  whole.progress = { phase: 'undoing', done: 0, total: whole.rows };
  start(batch, 900, () => {
    const mine = [...applications.values()].filter((a) => a.sources[0]?.batch === whole.id);
    const kept = mine.slice(0, Math.min(3, mine.length));
    for (const one of mine.slice(kept.length)) applications.delete(one.id);
    const why = ['other_source', 'advanced', 'edited'] as const;
    whole.undo = {
      detached: 2,
      kept_total: kept.length,
      removed: mine.length - kept.length,
      kept: kept.map((one, index) => ({
        application: one.id,
        full_name: one.full_name ?? '',
        why: why[index] ?? 'linked',
      })),
    };
    whole.state = 'undone';
    whole.undone_at = now();
    whole.waiting = 0;
  });
}

export function reviews(decided: boolean): Review[] {
  return [...batches.values()].flatMap((batch) =>
    batch.whole.state !== 'committed'
      ? []
      : batch.rows
          .filter((row) => row.outcome === 'review' && (row.decision !== null) === decided)
          .map((row) => review(batch, row)),
  );
}

export const review = (batch: Batch, row: ImportRow): Review => ({
  id: `${batch.whole.id}:${row.row}`,
  batch: batch.whole.id,
  file: batch.whole.file,
  portal: batch.whole.portal,
  columns: batch.whole.mapping,
  row,
  reversed: [],
});

export const withMatches = (batch: Batch, row: ImportRow): ImportRow => ({
  ...row,
  matches: matchesOf(row, batch.whole.portal),
});
