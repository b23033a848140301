/** What narrows the queues, as the address keeps it: a link to a narrowed queue shows what its sender saw. A word that is none narrows nothing. */
import type {
  AccountQuestionsFilter,
  DuplicateReason,
  DuplicatesFilter,
  ReviewFilter,
  ReviewReason,
} from '../../api/types';
import { m } from '../../paraglide/messages';
import type { Route } from '../../state/route';
import { REVIEW_REASONS } from '../../words/codes';

type Query = Route['query'];

/** Why applicants are brought together. */
export const duplicateReasons: Readonly<Record<DuplicateReason, () => string>> = {
  same_contact: m.dup_reason_same_contact,
  shared_contact: m.dup_reason_shared_contact,
  likeness: m.dup_reason_likeness,
};
export const DUPLICATE_REASONS = Object.keys(duplicateReasons) as DuplicateReason[];

/** Why something is asked about an account, in few words. */
export const accountReasons: Readonly<Record<string, () => string>> = {
  email_unproven: m.acc_short_email_unproven,
  another_name: m.acc_short_another_name,
  stale: m.acc_short_stale,
  taken: m.acc_short_taken,
  shared_number: m.acc_short_shared_number,
  two_applications: m.acc_short_two_applications,
};

/** Fields that may speak for one person, and scores to begin at. */
export const EVIDENCE = ['phone', 'email', 'name', 'birth_date'] as const;
export const SCORES = ['0.8', '0.95', '0.99'] as const;

const among = <Word extends string>(words: readonly Word[], word: string | undefined): Word | undefined =>
  words.find((one) => one === word);
const minOf = (query: Query): { min?: number } => {
  const min = among(SCORES, query['skor']);
  return min ? { min: Number(min) } : {};
};
const portalOf = ({ portal }: Query): { portal?: string } => (portal ? { portal } : {});

export function rowsFilter(query: Query): Pick<ReviewFilter, 'portal' | 'min'> & { reason?: ReviewReason } {
  const reason = among(REVIEW_REASONS, query['alasan']);
  return { ...(reason ? { reason } : {}), ...minOf(query), ...portalOf(query) };
}

export function peopleFilter(query: Query): DuplicatesFilter {
  const reason = among(DUPLICATE_REASONS, query['alasan']);
  const by = among(EVIDENCE, query['bukti']);
  return {
    ...(reason ? { reason } : {}),
    ...(by ? { by } : {}),
    ...minOf(query),
    ...portalOf(query),
  };
}

export function accountsFilter(query: Query): AccountQuestionsFilter {
  const why = among(Object.keys(accountReasons), query['alasan']);
  return { ...(why ? { why } : {}), ...portalOf(query) };
}

/** What stands in the address of a queue that nothing narrows. */
export const cleared = (query: Query): Record<string, string> => ({ antrean: query['antrean'] ?? '' });
