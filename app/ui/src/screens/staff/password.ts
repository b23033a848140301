/** What is asked of a password, as far as it is told while she types; the backend alone judges it. Pure. */
import type { Problem } from '../../api/types';
import { m } from '../../paraglide/messages';
import { problemText } from '../../words/errors';

/** The least characters. */
export const LEAST = 15;

/** How many characters it still lacks; what one sees as one counts as one. */
export const lacks = (password: string): number => Math.max(0, LEAST - [...password].length);

/** A problem of somebody who shows her own password: there is no name that could be wrong. */
export const ownProblemText = (problem: Problem): string =>
  problem.code === 'staff.wrong' ? m.error_staff_wrong_password() : problemText(problem);
