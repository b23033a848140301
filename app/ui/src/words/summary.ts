/** What a commit does, in one sentence. */
import type { Counts } from '../api/types';
import { m } from '../paraglide/messages';
import { number } from './format';

type Plural = (inputs: { count: number; n: string }) => string;

/** The parts of a sentence whose count is not zero. */
const parts = (pairs: [number, Plural][]): string[] =>
  pairs.filter(([count]) => count > 0).map(([count, words]) => words({ count, n: number(count) }));

export interface Summary {
  /** What is written, and what waits. */
  saved: string[];
  /** What is not imported, and why. */
  left: string[];
}

export function summary(counts: Counts, undecided: number): Summary {
  return {
    saved: parts([
      [counts.new, m.sum_new],
      [counts.match + counts.duplicate, m.sum_sources],
      [Math.max(0, counts.review - undecided), m.sum_decided],
      [undecided, m.sum_waiting],
    ]),
    left: parts([
      [counts.repeat, m.sum_repeat],
      [counts.rejected, m.sum_rejected],
    ]),
  };
}
