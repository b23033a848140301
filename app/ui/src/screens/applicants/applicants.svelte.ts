/** The list of applicants under one filter, read on by cursor. */
import { api } from '../../api/client';
import type { ApplicationFilters, ApplicationSummary, Problem } from '../../api/types';
import { problemOf } from '../../state/say';

export class Applicants {
  items = $state.raw<ApplicationSummary[]>([]);
  total = $state(0);
  loading = $state(false);
  loaded = $state(false);
  problem = $state.raw<Problem | null>(null);
  #next: string | null = null;
  #filter: ApplicationFilters = {};
  #generation = 0;

  get done(): boolean {
    return this.loaded && this.#next === null;
  }

  async filter(filter: ApplicationFilters): Promise<void> {
    this.#filter = filter;
    this.#generation += 1;
    this.#next = null;
    this.loading = false;
    await this.#read(true);
  }

  /** The next page, unless one is on its way. */
  async more(): Promise<void> {
    if (this.loading || !this.loaded || this.#next === null) return;
    await this.#read(false);
  }

  retry(): Promise<void> {
    return this.#read(!this.loaded);
  }

  async #read(first: boolean): Promise<void> {
    const generation = this.#generation;
    this.loading = true;
    this.problem = null;
    try {
      const page = await api.applications(this.#filter, first ? undefined : (this.#next ?? undefined));
      if (generation !== this.#generation) return;
      this.items = first ? page.items : [...this.items, ...page.items];
      this.total = page.total ?? this.items.length;
      this.#next = page.next ?? null;
      this.loaded = true;
    } catch (why) {
      if (generation === this.#generation) this.problem = problemOf(why);
    } finally {
      if (generation === this.#generation) this.loading = false;
    }
  }
}
