/** Numbers, sizes, dates and times, as people in Indonesia (or readers of English) write them. Times are Jakarta's. */
import { prefs } from '../state/prefs.svelte';

const ZONE = 'Asia/Jakarta';
const tag = () => (prefs.locale === 'id' ? 'id-ID' : 'en-GB');

export const number = (n: number): string => new Intl.NumberFormat(tag()).format(n);
export const percent = (share: number): string =>
  new Intl.NumberFormat(tag(), { style: 'percent', maximumFractionDigits: 0 }).format(share);

export function bytes(n: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  let size = n;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return new Intl.NumberFormat(tag(), {
    style: 'unit',
    unit: units[unit] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: size < 10 && unit > 0 ? 1 : 0,
  }).format(size);
}

/** Of a calendar date `YYYY-MM-DD`, or of the day in Jakarta when a time follows. */
export function date(text: string | null | undefined, month: 'short' | 'long' = 'short'): string {
  if (!text) return '';
  const plain = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const at = plain
    ? new Date(Date.UTC(Number(plain[1]), Number(plain[2]) - 1, Number(plain[3])))
    : new Date(text);
  if (Number.isNaN(at.getTime())) return text;
  return new Intl.DateTimeFormat(tag(), {
    day: 'numeric',
    month,
    year: 'numeric',
    timeZone: plain ? 'UTC' : ZONE,
  }).format(at);
}

/** Date and time in Jakarta, with the zone's name. */
export function time(text: string | null | undefined): string {
  if (!text) return '';
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return text;
  return `${date(text.length === 10 ? `${text}T00:00:00+07:00` : at.toISOString())} ${clockOf(at)} WIB`;
}

/** The time of the day in Jakarta. */
export const clockOf = (at: Date | number): string =>
  new Intl.DateTimeFormat(tag(), { hour: '2-digit', minute: '2-digit', timeZone: ZONE }).format(at);

/** `20:00` as it is written here. */
export const clock = (text: string): string => (prefs.locale === 'id' ? text.replace(':', '.') : text);

/** Seconds as people say them, never too few: 61 -> "2 menit". */
export function duration(seconds: number): string {
  const [n, unit] =
    seconds < 60 ? [seconds, 'second'] : seconds < 3600 ? [seconds / 60, 'minute'] : [seconds / 3600, 'hour'];
  return new Intl.NumberFormat(tag(), { style: 'unit', unit, unitDisplay: 'long' }).format(
    Math.max(1, Math.ceil(n)),
  );
}

/** A wait in days as people say it: hours below one day, tenths below ten. */
export function days(n: number): string {
  const say = (count: number, unit: 'hour' | 'day', digits: number): string =>
    new Intl.NumberFormat(tag(), {
      style: 'unit',
      unit,
      unitDisplay: 'long',
      maximumFractionDigits: digits,
    }).format(count);
  if (n * 24 < 1) return `< ${say(1, 'hour', 0)}`;
  if (n < 1) return say(n * 24, 'hour', 0);
  return say(n, 'day', n < 10 ? 1 : 0);
}

export function rupiah(low: number, high?: number | null): string {
  const one = (n: number) =>
    new Intl.NumberFormat(tag(), { style: 'currency', currency: 'IDR', maximumFractionDigits: 0 }).format(n);
  return high != null && high !== low ? `${one(low)} – ${one(high)}` : one(low);
}

/** `+6281234567890` -> `+62 812 3456 7890`; anything else as it stands. */
export function phone(text: string | null | undefined): string {
  if (!text) return '';
  const parts = /^\+62(\d{3})(\d{3,4})(\d{3,5})$/.exec(text);
  return parts ? `+62 ${parts[1]} ${parts[2]} ${parts[3]}` : text;
}

/** The letters above a spreadsheet's column: 1 -> A, 27 -> AA. */
export function letters(column: number): string {
  let rest = column;
  let out = '';
  while (rest > 0) {
    const digit = (rest - 1) % 26;
    out = String.fromCharCode(65 + digit) + out;
    rest = Math.floor((rest - 1) / 26);
  }
  return out;
}

/** Words as a list: "a, b, dan c". */
export const list = (words: string[]): string =>
  new Intl.ListFormat(tag(), { style: 'long', type: 'conjunction' }).format(words);
