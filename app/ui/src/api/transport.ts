/** How requests are sent, and what becomes of an answer: the routes themselves stand beside this. */
import createClient from 'openapi-fetch';
import { platform } from '../platform';
import type { Problem, paths } from './types';

/** An answer that says no, or no answer at all (`code` is then `offline`). */
export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

const offline = (why: unknown): ApiError =>
  new ApiError({
    type: 'about:blank',
    title: 'No answer',
    status: 0,
    code: 'offline',
    detail: why instanceof Error ? why.message : String(why),
  });

const unreadable = (status: number): Problem => ({
  type: 'about:blank',
  title: 'Unexpected answer',
  status,
  code: 'unexpected',
  detail: `The server answered ${status}.`,
  params: { status: String(status) },
});

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'detail' in value;

export const client = createClient<paths>({
  baseUrl: platform.apiBase,
  fetch: (request) => platform.fetch(request),
});

type Result<T> = { data?: T; error?: unknown; response: Response };

/** What any request may be answered: nobody is signed in any more, she has no password of her own yet, her role is another one now. */
const BARRED = ['staff.signed_out', 'staff.password_due', 'staff.role'];
let tellBarred: (code: string) => void = () => undefined;
/** Hears of every such answer, whichever request it was. */
export const onBarred = (tell: (code: string) => void): void => {
  tellBarred = tell;
};

/** The value of an answer, or the `ApiError` that says why there is none. */
export async function value<T>(answer: Promise<Result<T>>): Promise<T> {
  let result: Result<T>;
  try {
    result = await answer;
  } catch (why) {
    if (why instanceof DOMException && why.name === 'AbortError') throw why;
    throw offline(why);
  }
  if (!result.response.ok) {
    const problem = isProblem(result.error) ? result.error : unreadable(result.response.status);
    if (BARRED.includes(problem.code)) tellBarred(problem.code);
    throw new ApiError(problem);
  }
  return result.data as T;
}

/**
 * Carries out one act under a key of its own. If its answer is lost on the way, it is sent once more under the same key: what was
 * done is answered again, not done again.
 */
export async function act<T>(send: (key: string) => Promise<Result<T>>): Promise<T> {
  const key = crypto.randomUUID();
  try {
    return await value(send(key));
  } catch (why) {
    if (!(why instanceof ApiError && why.problem.code === 'offline')) throw why;
    return value(send(key));
  }
}
