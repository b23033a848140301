/** What speaks for and against two applicants being one person, in plain words. */
import type { EvidenceLevel, Step } from '../api/types';
import { m } from '../paraglide/messages';
import { fieldWords } from './codes';
import { date, percent, phone } from './format';

const stepFields: Readonly<Record<string, () => string>> = {
  name: fieldWords.full_name,
  birth_date: fieldWords.birth_date,
  phone: fieldWords.phone,
  email: fieldWords.email,
  city: fieldWords.location,
  education: fieldWords.education,
  gender: fieldWords.gender,
};

const levelWords: Readonly<Record<Exclude<EvidenceLevel, 'equal'>, () => string>> = {
  spelling: m.dup_level_spelling,
  shorter: m.dup_level_shorter,
  typing: m.dup_level_typing,
  rhyme: m.dup_level_rhyme,
  part: m.dup_level_part,
  swapped: m.dup_level_swapped,
  year: m.dup_level_year,
  core: m.dup_level_core,
  different: m.dup_level_different,
};

/** A field that evidence is about, in words. */
export const stepField = (field: string): string => stepFields[field]?.() ?? field;

/**
 * How values are shown that are compared in a form of their own: a number as its digits, `6281234567801`; a date as `YYYYMMDD`, with zeros
 * for what is not known.
 */
const compared: Readonly<Record<string, (value: string) => string>> = {
  phone: (digits) => phone(digits && `+${digits}`),
  birth_date: (digits) => {
    const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(digits) ?? [];
    if (!year || month === '00') return year ?? digits;
    return day === '00' ? `${year}-${month}` : date(`${year}-${month}-${day}`);
  },
};

/** A step in words: `Nomor telepon sama: 0812-3456-7801`. */
export function stepText({ field, level, a, b }: Step): string {
  if (field === 'prior') return m.dup_prior();
  if (field === 'family') return m.dup_family();
  const shown = compared[field] ?? ((text: string) => text);
  const values = { a: shown(a), b: shown(b) };
  if (level === 'equal' || !level) return m.dup_step_equal({ field: stepField(field), ...values });
  return m.dup_step_other({ field: stepField(field), level: levelWords[level](), ...values });
}

/** A score in words; no likeness is ever certain. */
export const likelihood = (score: number): string => (score > 0.995 ? `> ${percent(0.99)}` : percent(score));

/** How much a step says, in words: a weight is in bits, each of which doubles or halves the odds. */
export function strength(weight: number): string {
  const bits = Math.abs(weight);
  if (bits >= 10) return m.dup_very_strong();
  if (bits >= 5) return m.dup_strong();
  return bits >= 2 ? m.dup_fair() : m.dup_weak();
}
