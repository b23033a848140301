/** What a form of the candidate's page does when it is sent. */
import { candidate } from '../api/candidate';
import type { CodePurpose, Problem, ShownCode } from '../api/types';
import { problemOf } from '../state/say';
import { problemText } from '../words/errors';

/** One try after another: whether one is under way, and what was wrong with the last. */
export class Attempt {
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);

  get text(): string {
    return this.problem ? problemText(this.problem) : '';
  }

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
  digits = $state('');
  #sent = $state.raw<{ request: string; to: string } | null>(null);
  readonly purpose: CodePurpose;

  constructor(purpose: CodePurpose) {
    this.purpose = purpose;
  }

  /** Whether one was sent to this number. */
  isSentTo(phone: string): boolean {
    return this.#sent?.to === phone.trim();
  }

  async send(phone: string): Promise<void> {
    const to = phone.trim();
    const { request } = await candidate.sendCode(this.purpose, to);
    this.#sent = { request, to };
    this.digits = '';
  }

  /** What is shown of it with the next request. */
  get shown(): ShownCode | undefined {
    const digits = this.digits.trim();
    return this.#sent && digits ? { request: this.#sent.request, digits } : undefined;
  }
}
