/** When messages leave: at once or at a time that HR chose, and never in the quiet hours; and when they are followed by others. Times are Jakarta's. Pure. */

/** Jakarta is seven hours ahead of UTC, all year. */
const AHEAD_MS = 7 * 3_600_000;
const DAY = 24 * 60;

/** `20:00` in minutes of the day; null: no time. */
export function minutes(clock: string): number | null {
  const found = /^(\d{2}):(\d{2})/.exec(clock);
  const [hour, minute] = [Number(found?.[1]), Number(found?.[2])];
  return found && hour < 24 && minute < 60 ? hour * 60 + minute : null;
}

export interface Quiet {
  quiet_from: string;
  quiet_until: string;
}

/** The first moment at or after `at` at which a message may leave. */
export function nextAllowed(at: Date, { quiet_from, quiet_until }: Quiet): Date {
  const [from, until] = [minutes(quiet_from), minutes(quiet_until)];
  if (from === null || until === null || from === until) return at;
  const local = at.getTime() + AHEAD_MS;
  const now = Math.floor((local % 86_400_000) / 60_000);
  const quiet = from < until ? now >= from && now < until : now >= from || now < until;
  if (!quiet) return at;
  const wait = (until - now + DAY) % DAY;
  return new Date(Math.floor(at.getTime() / 60_000) * 60_000 + wait * 60_000);
}

/** The value of an `input type="datetime-local"`, meant in Jakarta, as an instant; null: none, or no time at all. */
export function instantOf(typed: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(typed)) return null;
  const at = new Date(`${typed.slice(0, 16)}:00+07:00`);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** The other way round. */
export const typedOf = (at: Date): string => new Date(at.getTime() + AHEAD_MS).toISOString().slice(0, 16);

export type StartFault = 'no_time' | 'past';
/** What is wrong with a chosen start. A minute is granted to whoever fills in the rest. */
export function startFault(typed: string, now: Date): StartFault | null {
  const at = instantOf(typed);
  if (!at) return 'no_time';
  return at.getTime() < now.getTime() - 60_000 ? 'past' : null;
}

/** As many days after a message, and as many times, as the backend lets somebody be reminded. */
export const REMIND_AFTER_MOST = 365;
export const REMINDERS_MOST = 10;
/** What is typed as a number is one of those that are offered. */
export const within = (n: number | null, most: number): number =>
  Math.min(most, Math.max(1, Math.round(n ?? 1)));
