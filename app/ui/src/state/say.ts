/** Turns what a request threw into a toast. A fault of our own is thrown on, so that it is seen in the console. */
import { toasts, type ToastAction } from './toasts.svelte';
import { isProblem, problemText } from '../words/errors';
import { ApiError } from '../api/client';
import type { Problem } from '../api/types';

/** The problem inside anything thrown by `api` or `platform`. */
export function problemOf(why: unknown): Problem {
  if (why instanceof ApiError) return why.problem;
  if (isProblem(why)) return why;
  throw why;
}

export function sayProblem(why: unknown, retry?: ToastAction): void {
  toasts.show({ tone: 'error', text: problemText(problemOf(why)), action: retry });
}
