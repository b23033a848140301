/** What is asked about accounts, the question in focus, the applications that it is about, and what was answered last. */
import { api } from '../../../api/client';
import type {
  AccountAnswer,
  AccountQuestion,
  AccountQuestionsFilter,
  Application,
  GivenAnswer,
  Problem,
} from '../../../api/types';
import { m } from '../../../paraglide/messages';
import { problemOf, sayProblem } from '../../../state/say';
import { toasts } from '../../../state/toasts.svelte';

/** Answers that are loaded at once, and at most anew. */
const ANSWERS = 20;
const MOST_ANSWERS = 500;

export class Asked {
  items = $state.raw<AccountQuestion[]>([]);
  loaded = $state(false);
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);
  /** The applications of the question in focus; empty while they come. */
  applications = $state.raw<Application[]>([]);
  /** What was answered last, newest first. */
  answered = $state.raw<GivenAnswer[]>([]);
  #wanted = $state<string | null>(null);
  #next: string | null = null;
  #nextAnswered = $state<string | null>(null);
  #filter: AccountQuestionsFilter = {};
  #generation = 0;

  get chosen(): AccountQuestion | null {
    return this.items.find((one) => one.id === this.#wanted) ?? this.items[0] ?? null;
  }
  get place(): number {
    const { chosen } = this;
    return chosen ? this.items.indexOf(chosen) : -1;
  }
  get hasMore(): boolean {
    return this.#next !== null;
  }
  get hasMoreAnswered(): boolean {
    return this.#nextAnswered !== null;
  }
  /** The newest answer that stands. */
  get last(): GivenAnswer | null {
    return this.answered.find((one) => !one.reversed_by) ?? null;
  }

  async filter(filter: AccountQuestionsFilter): Promise<void> {
    this.#filter = filter;
    // Nothing of the list before stays under the name of this one.
    this.#generation += 1;
    this.items = [];
    this.applications = [];
    this.#next = null;
    this.loaded = false;
    await this.load();
  }

  async load(): Promise<void> {
    const generation = this.#generation;
    try {
      // As many answers as are on screen: any of them may have been taken back.
      const { answered } = this;
      const many = Math.min(Math.max(answered.length, ANSWERS), MOST_ANSWERS);
      const [page, answers] = await Promise.all([
        api.accountQuestions(this.#filter),
        api.accountAnswers(many),
      ]);
      if (generation !== this.#generation) return;
      this.items = page.items;
      // Unless more of them came meanwhile.
      if (answered === this.answered) {
        this.answered = answers.items;
        this.#nextAnswered = answers.next ?? null;
      }
      this.#next = page.next ?? null;
      this.problem = null;
      this.loaded = true;
      await this.#look();
    } catch (why) {
      if (generation === this.#generation) this.problem = problemOf(why);
    }
  }

  async more(): Promise<void> {
    if (!this.#next || this.busy) return;
    await this.#working(async () => {
      const generation = this.#generation;
      const page = await api.accountQuestions(this.#filter, this.#next ?? undefined);
      if (generation !== this.#generation) return;
      this.items = [...this.items, ...page.items];
      this.#next = page.next ?? null;
    });
  }

  async moreAnswered(): Promise<void> {
    const next = this.#nextAnswered;
    if (next === null || this.busy) return;
    await this.#working(async () => {
      const page = await api.accountAnswers(ANSWERS, next);
      // Unless they were all loaded anew meanwhile.
      if (next !== this.#nextAnswered) return;
      this.answered = [...this.answered, ...page.items];
      this.#nextAnswered = page.next ?? null;
    });
  }

  async choose(id: string): Promise<void> {
    this.#wanted = id;
    await this.#look();
  }

  async step(by: number): Promise<void> {
    if (by > 0 && this.place >= this.items.length - 2) await this.more();
    const next = this.items[this.place + by];
    if (next) await this.choose(next.id);
  }

  /** Answers the question in focus, offers the way back, and goes on to the next one. */
  async answer(answer: AccountAnswer): Promise<void> {
    const question = this.chosen;
    if (!question || this.busy) return;
    await this.#working(async () => {
      const after = this.items[this.place + 1] ?? this.items[this.place - 1];
      await api.answerAccount(question.id, answer);
      const done = answer === 'hers' ? m.acc_done_hers : m.acc_done_another;
      const back = { label: m.undo_word(), run: () => void this.takeBack(question.id) };
      toasts.done(done({ name: question.full_name }), back);
      this.#wanted = after?.id ?? null;
      await this.load();
    });
  }

  /** Takes the answer to a question back, and goes to it: it is asked again. */
  async takeBack(question: string): Promise<void> {
    if (this.busy) return;
    await this.#working(async () => {
      await api.takeAnswerBack(question);
      toasts.done(m.acc_back_done());
      this.#wanted = question;
      await this.load();
    });
  }

  /** Fetches whom the question in focus is about. */
  async #look(): Promise<void> {
    const question = this.chosen;
    this.applications = [];
    if (!question) return;
    const ids = [question.application, ...(question.other ? [question.other] : [])];
    try {
      const applications = await Promise.all(ids.map((id) => api.application(id)));
      // Somebody may have gone on to another question meanwhile.
      if (this.chosen?.id === question.id) this.applications = applications;
    } catch (why) {
      sayProblem(problemOf(why));
    }
  }

  async #working(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    try {
      await work();
    } catch (why) {
      sayProblem(problemOf(why));
      // Somebody may have been quicker.
      await this.load();
    } finally {
      this.busy = false;
    }
  }
}
