/** Turns what a request threw into a toast. A fault of our own is thrown on, so that it is seen in the console. */
import { toasts, type ToastAction } from './toasts.svelte';
import { isProblem, problemText } from '../words/errors';
import { ApiError } from '../api/transport';
import type { Problem } from '../api/types';

/** The problem inside anything thrown by `api` or `platform`. */
export function problemOf(why: unknown): Problem {
  if (why instanceof ApiError) return why.problem;
  if (isProblem(why)) return why;
  throw why;
}

/** What is on screen says these already: the way in, or the choice of a password. */
const SAID = ['staff.signed_out', 'staff.password_due'];

export function sayProblem(why: unknown, retry?: ToastAction): void {
  const problem = problemOf(why);
  if (SAID.includes(problem.code)) return;
  toasts.show({ tone: 'error', text: problemText(problem), action: retry });
}
