/** The queue of rows that wait after their import was saved, and the one in focus. */
import { api } from '../../api/client';
import type { Action, Problem, Review, ReviewFilter } from '../../api/types';
import { m } from '../../paraglide/messages';
import { problemOf, sayProblem } from '../../state/say';
import { toasts } from '../../state/toasts.svelte';
import { waiting } from '../../state/waiting.svelte';

export class Queue {
  items = $state.raw<Review[]>([]);
  total = $state(0);
  loaded = $state(false);
  busy = $state(false);
  /** The row in focus with its matches as they are now. */
  chosen = $state.raw<Review | null>(null);
  problem = $state.raw<Problem | null>(null);
  rowProblem = $state.raw<Problem | null>(null);
  #next = $state<string | null>(null);
  #filter: ReviewFilter = {};
  #wanted: string | null = null;
  #generation = 0;

  get hasMore(): boolean {
    return this.#next !== null;
  }
  /** Where the row in focus stands in the list. */
  get place(): number {
    return this.items.findIndex((item) => item.id === this.#wanted);
  }

  async filter(filter: ReviewFilter, wanted: string | null): Promise<void> {
    this.#filter = filter;
    // Nothing of the list before stays under the name of this one.
    this.#generation += 1;
    this.items = [];
    this.chosen = null;
    this.#wanted = null;
    this.#next = null;
    this.loaded = false;
    await this.reload(wanted);
  }

  async reload(wanted: string | null = this.#wanted): Promise<void> {
    this.problem = null;
    const generation = this.#generation;
    try {
      const page = await api.reviews(this.#filter);
      if (generation !== this.#generation) return;
      this.items = page.items;
      this.total = page.total ?? page.items.length;
      this.#next = page.next ?? null;
      this.loaded = true;
      const first = page.items.find((item) => item.id === wanted) ?? page.items[0];
      if (first) await this.choose(first.id);
      else this.chosen = null;
    } catch (why) {
      if (generation === this.#generation) this.problem = problemOf(why);
    }
  }

  async more(): Promise<void> {
    if (!this.#next || this.busy) return;
    this.busy = true;
    const generation = this.#generation;
    try {
      const page = await api.reviews(this.#filter, this.#next);
      if (generation !== this.#generation) return;
      this.items = [...this.items, ...page.items];
      this.#next = page.next ?? null;
    } catch (why) {
      sayProblem(why);
    } finally {
      this.busy = false;
    }
  }

  async choose(id: string): Promise<void> {
    if (this.#wanted === id && this.chosen?.id === id) return;
    this.#wanted = id;
    this.rowProblem = null;
    try {
      const review = await api.review(id);
      if (this.#wanted === id) this.chosen = review;
    } catch (why) {
      this.rowProblem = problemOf(why);
    }
  }

  async step(by: number): Promise<void> {
    if (by > 0 && this.place >= this.items.length - 2) await this.more();
    const next = this.items[this.place + by];
    if (next) await this.choose(next.id);
  }

  /** Decides the row in focus, or takes its decision back (`later`); it leaves the list and the next one comes. */
  async decide(action: Action, application?: string): Promise<void> {
    const review = this.chosen;
    const back = action === 'later';
    if (!review || this.busy || (back && !review.row.decision)) return;
    this.busy = true;
    try {
      // Another answer to what is settled: the first is taken back.
      if (!back && review.row.decision) await api.decideReview(review.id, 'later');
      await api.decideReview(review.id, action, application);
      if (back) toasts.done(m.review_taken_back());
      else toasts.done(m.review_done(), { label: m.undo_word(), run: () => void this.#takeBack(review.id) });
      this.#leave(review.id);
    } catch (why) {
      const problem = problemOf(why);
      sayProblem(problem);
      // Somebody was quicker: the row is settled all the same.
      if (problem.code === 'review.decided') this.#leave(review.id);
    } finally {
      this.busy = false;
    }
  }

  /** Puts a row that was decided a moment ago back into the queue, in focus. */
  async #takeBack(id: string): Promise<void> {
    try {
      await api.decideReview(id, 'later');
      toasts.done(m.review_taken_back());
      void waiting.refresh();
      this.chosen = null;
      await this.reload(id);
    } catch (why) {
      sayProblem(why);
    }
  }

  #leave(id: string): void {
    const place = this.items.findIndex((item) => item.id === id);
    void waiting.refresh();
    if (place < 0) return;
    this.items = this.items.filter((item) => item.id !== id);
    this.total = Math.max(0, this.total - 1);
    const next = this.items[Math.min(place, this.items.length - 1)];
    if (next) void this.choose(next.id);
    else if (this.#next) void this.reload(null);
    else this.chosen = null;
  }
}
