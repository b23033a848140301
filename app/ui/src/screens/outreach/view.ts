/** What of outreach is on screen, by its address. Pure. */
import type { ApplicationFilters, Audience, MessageFilter, MessageState } from '../../api/types';
import type { Route } from '../../state/route';
import { STATES } from './campaign';

export type Part =
  | { part: 'campaigns' }
  | { part: 'compose' }
  | { part: 'templates'; name: string | null }
  | { part: 'campaign'; id: string }
  | { part: 'chat'; id: string };

/** Addresses under `#/undang/` that are no campaign's. */
export const COMPOSE = 'baru';
export const TEMPLATES = 'templat';

export function partOf({ id, query }: Pick<Route, 'id' | 'query'>): Part {
  if (id === null) return { part: 'campaigns' };
  if (id === COMPOSE) return { part: 'compose' };
  if (id === TEMPLATES) return { part: 'templates', name: query['nama'] ?? null };
  return query['cara'] === 'chat' ? { part: 'chat', id } : { part: 'campaign', id };
}

/** A list of a campaign's messages: all, one state's, those whom HR must call, or who answered. */
export type List = 'all' | 'call' | 'answered' | MessageState;
export const listOf = (word: string | undefined): List =>
  word === 'call' || word === 'answered' || STATES.some((state) => state === word) ? (word as List) : 'all';
/** What a list is asked for by. Whom HR must call is among those whose message failed. */
export function messagesOf(list: List): MessageFilter {
  if (list === 'all') return {};
  return list === 'answered' ? { answered: true } : { state: list === 'call' ? 'failed' : list };
}

const FILTERS = ['q', 'portal', 'stage', 'sub_state', 'batch'] as const;

/**
 * Who is meant by an address: an import's batch, those who were chosen, or a filter, which may be of a batch as well. `chosen`: kept
 * from the list of applicants.
 */
export function audienceOf(query: Route['query'], chosen: readonly string[]): Audience {
  if (query['siapa'] === 'pilihan' && chosen.length > 0) return { applications: [...chosen] };
  const filter = filterOf(query);
  return filter.batch && Object.keys(filter).length === 1 ? { batch: filter.batch } : { filter };
}
export const filterOf = (query: Route['query']): ApplicationFilters =>
  Object.fromEntries(FILTERS.flatMap((key) => (query[key] ? [[key, query[key]]] : [])));

export type AudienceKind = 'batch' | 'filter' | 'applications';
export const kindOf = (audience: Audience): AudienceKind =>
  'batch' in audience ? 'batch' : 'filter' in audience ? 'filter' : 'applications';
