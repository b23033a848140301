/**
 * One visit of a candidate: what she came with, where she is, and whether she is in. What lets her in is kept no longer than the page; what she has typed,
 * but for her PIN, as long as the tab: a telephone with little memory loads it again when she comes back from reading her code.
 */
import { candidate } from '../api/candidate';
import type { CodePurpose, Problem, RegisteredView, RegistrationPage, TokensView } from '../api/types';
import { problemOf } from '../state/say';
import { forGood, forThisTab } from '../state/storage';

export type Step = 'register' | 'sign_in' | 'new_pin' | 'standing';

/** A code that was sent: what it is shown with, where it went, and when. */
export interface SentCode {
  request: string;
  to: string;
  at: number;
}

/** What she has typed. */
interface Draft {
  phone: string;
  fullName: string;
  birthDate: string;
  codes: Partial<Record<CodePurpose, SentCode>>;
}

const DRAFT = 'satu.draft';
const empty = (): Draft => ({ phone: '', fullName: '', birthDate: '', codes: {} });
const drafted = (): Draft => {
  try {
    return { ...empty(), ...(JSON.parse(forThisTab.get(DRAFT) ?? '{}') as Partial<Draft>) };
  } catch {
    return empty();
  }
};

/**
 * Shows at the next sign-in that this telephone is known: nobody gets in by it alone. Each number has its own, since sisters share
 * telephones.
 */
const device = (phone: string): string => `satu.device.${phone.replace(/\D/g, '').replace(/^(62|0)/, '')}`;
/** Whether somebody has signed in on this telephone before. */
const KNOWN = 'satu.known';

/** The token of the invitation that she followed: behind the `#`, which is sent to nobody, or where an operator's link has it. */
const invited = (): string => location.hash.slice(1) || (new URLSearchParams(location.search).get('u') ?? '');

/** Whoever was here before has an account: the link in her chat may be her only way back. */
const first = (): Step => (forGood.get(KNOWN) ? 'sign_in' : 'register');

class Visit {
  /** Who hires, and whether codes can be sent; null until it is known. */
  page = $state.raw<RegistrationPage | null>(null);
  /** Why it is not known. */
  problem = $state.raw<Problem | null>(null);
  step = $state<Step>(first());
  invitation = $state(invited());
  draft = $state<Draft>(drafted());
  /** Whether she has just registered. */
  isNew = $state(false);
  /** Why she is to sign in: her session ended while she was here, or her number has an account. */
  why = $state<'over' | 'exists' | null>(null);
  #tokens: TokensView | null = null;

  async begin(): Promise<void> {
    this.problem = null;
    try {
      this.page = await candidate.page();
    } catch (why) {
      this.problem = problemOf(why);
    }
  }

  /** What shows that this telephone is known to the account of her number. */
  get device(): string | null {
    return forGood.get(device(this.draft.phone));
  }

  /** Keeps what she has typed for this tab. */
  keep(): void {
    forThisTab.set(DRAFT, JSON.stringify(this.draft));
  }

  /** Goes to another form; the way back of her telephone leads to the one before. */
  go(step: Step, why: Visit['why'] = null): void {
    if (step !== this.step) history.pushState(null, '');
    history.replaceState({ step }, '');
    this.#show(step, why);
  }

  /** She went back or forward: among the forms while she is not in, and nowhere while she is. */
  came(state: { step?: Step } | null): void {
    if (this.#tokens) return;
    this.#show(state?.step && state.step !== 'standing' ? state.step : first());
  }

  #show(step: Step, why: Visit['why'] = null): void {
    this.why = why;
    this.step = step;
  }

  registered({ tokens }: RegisteredView): void {
    this.isNew = true;
    this.enter(tokens);
  }

  enter(tokens: TokensView): void {
    this.#tokens = tokens;
    forGood.set(KNOWN, 'yes');
    if (tokens.device_token) forGood.set(device(this.draft.phone), tokens.device_token);
    forThisTab.set(DRAFT, null);
    this.draft = empty();
    // Whoever is in needs no invitation: nobody who looks at her telephone later need see it.
    this.invitation = '';
    history.replaceState({ step: 'standing' }, '', location.pathname);
    this.#show('standing');
  }

  /** Asks for something of hers, going on with her session where its token has run out; a session that is over leads back to the way in. */
  async ask<T>(what: (token: string) => Promise<T>): Promise<T> {
    const over = (why: unknown): never => {
      if (['token.invalid', 'session.over'].includes(problemOf(why).code)) this.leave('over');
      throw why;
    };
    const tokens = this.#tokens;
    if (!tokens) throw new Error('nobody is in');
    try {
      return await what(tokens.access_token);
    } catch (why) {
      if (problemOf(why).code !== 'token.invalid') return over(why);
    }
    this.#tokens = await candidate.refresh(tokens.refresh_token).catch(over);
    return what(this.#tokens.access_token).catch(over);
  }

  /** She goes, whether or not there is a network to tell it to: telephones are lent. */
  signOut(): void {
    const token = this.#tokens?.access_token;
    this.leave();
    if (token) candidate.signOut(token).catch(() => undefined);
  }

  leave(why: Visit['why'] = null): void {
    this.#tokens = null;
    this.isNew = false;
    this.go('sign_in', why);
  }
}

export const visit = new Visit();
