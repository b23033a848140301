/** What a form of the candidate's page does when it is sent. */
import { candidate } from '../api/candidate';
import type { CodePurpose, Problem, ShownCode } from '../api/types';
import { m } from '../paraglide/messages';
import { problemOf } from '../state/say';
import { problemText } from '../words/errors';
import { visit, type SentCode } from './visit.svelte';

/** One try after another: whether one is under way, and what was wrong with the last. */
export class Attempt {
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);

  get text(): string {
    // She knows who hires; what it is that does not answer is nothing to her.
    if (this.problem?.code === 'offline') return m.reg_offline();
    return this.problem ? problemText(this.problem) : '';
  }

  /** Does it, unless something is under way. */
  async make(act: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = null;
    try {
      await act();
    } catch (why) {
      this.problem = problemOf(why);
    } finally {
      this.busy = false;
    }
  }
}

/** A code that was sent to a number, as she types it in. */
export class OneTimeCode {
  #digits = $state('');
  readonly purpose: CodePurpose;

  constructor(purpose: CodePurpose) {
    this.purpose = purpose;
  }

  get digits(): string {
    return this.#digits;
  }
  /** Takes what is typed or pasted, with whatever stands around the digits. */
  set digits(text: string) {
    this.#digits = text.replace(/\D/g, '').slice(0, 6);
  }

  get sent(): SentCode | undefined {
    return visit.draft.codes[this.purpose];
  }

  /** Whether one was sent to the number that she has typed. */
  get isSent(): boolean {
    return this.sent?.to === visit.draft.phone.trim();
  }

  async send(): Promise<void> {
    const to = visit.draft.phone.trim();
    const { request } = await candidate.sendCode(this.purpose, to);
    visit.draft.codes[this.purpose] = { request, to, at: Date.now() };
    visit.keep();
    this.digits = '';
  }

  /** It is used up: the next one is another. */
  forget(): void {
    delete visit.draft.codes[this.purpose];
    visit.keep();
    this.digits = '';
  }

  /** What is shown of it with the next request. */
  get shown(): ShownCode | undefined {
    return this.sent && this.digits ? { request: this.sent.request, digits: this.digits } : undefined;
  }
}
