/** What a template says: its variables, what is wrong with it and where, and its text for one person. Pure. */

import type { ApplicationSummary, Channels, Variable } from '../../api/types';

export const VARIABLES: readonly Variable[] = ['nama', 'nama_lengkap', 'posisi', 'perusahaan', 'tautan'];
const isVariable = (word: string): word is Variable => VARIABLES.some((one) => one === word);

/** A run of a template: words as they stand, or a variable. */
export type Run =
  | { kind: 'text'; text: string; from: number; to: number }
  | { kind: 'variable'; name: Variable; from: number; to: number };

export type TemplateFault =
  /** Braces around something that is no variable. */
  | { kind: 'unknown'; name: string; from: number; to: number }
  /** A brace without its other half. */
  | { kind: 'unclosed'; from: number; to: number }
  /** An invitation without the link. */
  | { kind: 'no_link' }
  | { kind: 'empty' }
  | { kind: 'too_long' };

/** What the store and every channel take. */
export const LONGEST = 1024;

const BRACE = /\{([^{}\n]*)\}|[{}]/g;

/** The runs of a body, and what is wrong with it, in the order of the text. */
export function read(body: string): { runs: Run[]; faults: TemplateFault[] } {
  const runs: Run[] = [];
  const faults: TemplateFault[] = [];
  let end = 0;
  const text = (to: number): void => {
    if (to > end) runs.push({ kind: 'text', text: body.slice(end, to), from: end, to });
  };
  for (const found of body.matchAll(BRACE)) {
    const [from, to] = [found.index, found.index + found[0].length];
    const name = found[1];
    if (name === undefined) faults.push({ kind: 'unclosed', from, to });
    else if (!isVariable(name)) faults.push({ kind: 'unknown', name, from, to });
    else {
      text(from);
      runs.push({ kind: 'variable', name, from, to });
      end = to;
    }
  }
  text(body.length);
  if (body.trim() === '') faults.push({ kind: 'empty' });
  else if (!runs.some((run) => run.kind === 'variable' && run.name === 'tautan'))
    faults.push({ kind: 'no_link' });
  if ([...body].length > LONGEST) faults.push({ kind: 'too_long' });
  return { runs, faults };
}

/** A body as it is drawn while somebody types: what is wrong is marked where it stands. */
export interface Mark {
  text: string;
  kind: 'text' | 'variable' | 'fault';
}
export function marks(body: string): Mark[] {
  const { runs, faults } = read(body);
  const spots = [
    ...runs.flatMap((run) =>
      run.kind === 'variable' ? [{ from: run.from, to: run.to, kind: 'variable' as const }] : [],
    ),
    ...faults.flatMap((fault) =>
      'from' in fault ? [{ from: fault.from, to: fault.to, kind: 'fault' as const }] : [],
    ),
  ].sort((a, b) => a.from - b.from);
  const out: Mark[] = [];
  let end = 0;
  for (const { from, to, kind } of spots) {
    if (from > end) out.push({ text: body.slice(end, from), kind: 'text' });
    out.push({ text: body.slice(from, to), kind });
    end = to;
  }
  if (end < body.length) out.push({ text: body.slice(end), kind: 'text' });
  return out;
}

export type Values = Readonly<Partial<Record<Variable, string>>>;

/** The text for one person; a variable without a value keeps its braces, so that nobody takes it for her words. */
export const fill = (body: string, values: Values): string =>
  read(body)
    .runs.map((run) => (run.kind === 'text' ? run.text : (values[run.name] ?? `{${run.name}}`)))
    .join('');

/** What one is called by: the first of her names. */
export const calledBy = (fullName: string): string => fullName.trim().split(/\s+/)[0] ?? '';

/** A link as long as most, and nobody's, for where none is set: its token has 32 signs like a real one. */
const NO_LINK = `https://daftar.example.com/daftar#${'x'.repeat(32)}`;

/** What a template is filled with for somebody who looks at it; none: anybody. */
export const sampleOf = (
  reader: Pick<ApplicationSummary, 'full_name' | 'position'> | undefined,
  channels: Pick<Channels, 'company' | 'sample_link'> | null,
): Values => ({
  nama: calledBy(reader?.full_name ?? 'Siti'),
  nama_lengkap: reader?.full_name ?? 'Siti Rahmawati',
  posisi: reader?.position?.trim() || 'mitra asuh',
  perusahaan: channels?.company || 'Satu',
  tautan: channels?.sample_link ?? NO_LINK,
});

/** The body with a variable where the cursor stood, and where it stands then. */
export function insert(
  body: string,
  variable: Variable,
  from: number,
  to: number,
): { body: string; at: number } {
  const word = `{${variable}}`;
  return { body: body.slice(0, from) + word + body.slice(to), at: from + word.length };
}

/** The place of a fault as people count: line and sign, from one. */
export function placeOf(body: string, at: number): { line: number; column: number } {
  const before = body.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
