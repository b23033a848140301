/** One visit of a candidate: what she came with, where she is, and whether she is in. What lets her in is kept no longer than the page. */
import { candidate } from '../api/candidate';
import type { Problem, RegisteredView, RegistrationPage, TokensView } from '../api/types';
import { problemOf } from '../state/say';

export type Step = 'register' | 'sign_in' | 'new_pin' | 'standing';

/** Shows at the next sign-in that this telephone is known: nobody gets in by it alone. */
const DEVICE = 'satu.device';
const remembered = (): string | undefined => {
  try {
    return localStorage.getItem(DEVICE) ?? undefined;
  } catch {
    return undefined; // Storage may be switched off: then a code is asked for each time.
  }
};

class Visit {
  /** Who hires, and whether codes can be sent; null until it is known. */
  page = $state.raw<RegistrationPage | null>(null);
  /** Why it is not known. */
  problem = $state.raw<Problem | null>(null);
  step = $state<Step>('register');
  /** The token of the invitation that she followed, none once it was refused. It stands behind the `#`, which is sent to nobody. */
  invitation = $state(location.hash.slice(1));
  /** Her number, typed once. */
  phone = $state('');
  /** Whether she has just registered. */
  isNew = $state(false);
  /** Why she is to sign in: her session ended while she was here, or her number has an account. */
  why = $state<'over' | 'exists' | null>(null);
  #token = '';

  async begin(): Promise<void> {
    this.problem = null;
    try {
      this.page = await candidate.page();
    } catch (why) {
      this.problem = problemOf(why);
    }
  }

  get device(): string | undefined {
    return remembered();
  }

  /** Goes to another form. */
  go(step: Step, why: Visit['why'] = null): void {
    this.why = why;
    this.step = step;
  }

  registered({ tokens }: RegisteredView): void {
    this.isNew = true;
    // Good once: nobody who looks at her telephone later need see it.
    this.invitation = '';
    history.replaceState(null, '', location.pathname);
    this.enter(tokens);
  }

  enter({ access_token, device_token }: TokensView): void {
    this.#token = access_token;
    try {
      if (device_token) localStorage.setItem(DEVICE, device_token);
    } catch {
      /* see above */
    }
    this.go('standing');
  }

  /** Asks for something of hers; a session that is over leads back to the way in. */
  async ask<T>(what: (token: string) => Promise<T>): Promise<T> {
    try {
      return await what(this.#token);
    } catch (why) {
      if (problemOf(why).code === 'token.invalid') this.leave('over');
      throw why;
    }
  }

  leave(why: Visit['why'] = null): void {
    this.#token = '';
    this.isNew = false;
    this.go('sign_in', why);
  }
}

export const visit = new Visit();
