/** What the funnel's screen shows, and the address that says so. Pure. */
import type { FunnelFilter } from '../../api/types';
import { isDay, plus, type Day } from './weeks';

/** How many weeks a replay goes back. */
export const SPANS = ['12', '26', '52'] as const;
export type Span = (typeof SPANS)[number];
/** Which of those who were lost are told of. */
export const LOST = ['all', 'REJECTED', 'RESIGNED'] as const;
export type Lost = (typeof LOST)[number];
export type Shape = 'chart' | 'table';

/** Days are kept as they were given, so that a wrong one can be told of. */
export interface View {
  /** As of the end of this day; empty: now. */
  asOf: string;
  /** Moves are counted from this day on; empty: all of them. */
  since: string;
  portal: string;
  shape: Shape;
  lost: Lost;
  span: Span;
}

/** What is wrong with a day. */
export type Fault = 'no_day' | 'future' | 'after';
export type Faults = Readonly<Partial<Record<'asOf' | 'since', Fault>>>;

const among = <Word extends string>(words: readonly Word[], text: string | undefined): Word | undefined =>
  words.find((word) => word === text);

export const read = (query: Readonly<Record<string, string>>): View => ({
  asOf: query['per'] ?? '',
  since: query['sejak'] ?? '',
  portal: query['portal'] ?? '',
  shape: query['tampil'] === 'tabel' ? 'table' : 'chart',
  lost: among(LOST, query['hilang']) ?? 'all',
  span: among(SPANS, query['minggu']) ?? '26',
});

/** What is as it is without being said is left out: an address that is shared tomorrow shows tomorrow's now. */
export const write = (view: View, today: Day): Record<string, string> =>
  Object.fromEntries(
    [
      ['per', view.asOf === today ? '' : view.asOf],
      ['sejak', view.since],
      ['portal', view.portal],
      ['tampil', view.shape === 'table' ? 'tabel' : ''],
      ['hilang', view.lost === 'all' ? '' : view.lost],
      ['minggu', view.span === '26' ? '' : view.span],
    ].filter(([, word]) => word !== ''),
  );

export function faults({ asOf, since }: View, today: Day): Faults {
  const fault = (day: string): Fault | null =>
    day === '' ? null : !isDay(day) ? 'no_day' : day > today ? 'future' : null;
  const until = fault(asOf);
  const end = asOf === '' || until ? today : asOf;
  const from = fault(since) ?? (since > end ? 'after' : null);
  return { ...(until ? { asOf: until } : {}), ...(from ? { since: from } : {}) };
}

/** What the backend is asked; null: one of the days says nothing that could be asked. */
export function asked(view: View, today: Day): FunnelFilter | null {
  if (Object.keys(faults(view, today)).length > 0) return null;
  const { as_of, since, portal } = {
    as_of: write(view, today)['per'],
    since: view.since,
    portal: view.portal,
  };
  return { ...(as_of ? { as_of } : {}), ...(since ? { since } : {}), ...(portal ? { portal } : {}) };
}

/** The day whose end is shown; today's, while a wrong one stands there. */
export const shownDay = (view: View, today: Day): Day =>
  view.asOf === '' || faults(view, today).asOf ? today : view.asOf;

/** Where a replay begins: so many weeks ago, and never before the moves that are counted. */
export function beginning(view: View, today: Day): Day {
  const day = plus(today, -7 * Number(view.span));
  return isDay(view.since) && view.since > day ? view.since : day;
}
