/** Days in Jakarta, as `2026-05-01`, and the weeks of a replay. Pure. */

export type Day = string;

/** Jakarta's clock is seven hours before that of UTC; there is no summer time. */
const JAKARTA_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;
/** No applicant is older. */
export const FIRST_DAY: Day = '2000-01-01';

const of = (ms: number): Day => new Date(ms).toISOString().slice(0, 10);

/** The day in Jakarta. */
export const today = (now: Date): Day => of(now.getTime() + JAKARTA_MS);

/** So many days later; earlier, below zero. */
export const plus = (day: Day, days: number): Day => of(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS);

/** Whether a text is a day of the calendar that can be asked for. */
export function isDay(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!parts) return false;
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number];
  // 30 February would be told as a day of March.
  return text >= FIRST_DAY && of(Date.UTC(year, month - 1, day)) === text;
}

/** The days that a replay shows, a week apart: the first one, and those that lead up to the last. */
export function weeks(first: Day, last: Day): Day[] {
  const days: Day[] = [];
  for (let day = last; day > first; day = plus(day, -7)) days.unshift(day);
  return [first < last ? first : last, ...days];
}

/** Where a day is among those of a replay: at the last one that is not after it. */
export const place = (days: readonly Day[], day: Day): number =>
  Math.max(
    0,
    days.findLastIndex((one) => one <= day),
  );
