/** What was done, newest first, under one filter, read on by cursor. */
import { api } from '../../api/client';
import type { AuditFilter, AuditRecord, Problem } from '../../api/types';
import { problemOf, sayProblem } from '../../state/say';

export class Audit {
  items = $state.raw<AuditRecord[]>([]);
  loaded = $state(false);
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);
  #next = $state<string | null>(null);
  #filter: AuditFilter = {};
  #generation = 0;

  get hasMore(): boolean {
    return this.#next !== null;
  }

  async filter(filter: AuditFilter): Promise<void> {
    this.#filter = filter;
    const generation = ++this.#generation;
    this.problem = null;
    try {
      const page = await api.audit(filter);
      if (generation !== this.#generation) return;
      this.items = page.items;
      this.#next = page.next ?? null;
      this.loaded = true;
    } catch (why) {
      if (generation === this.#generation) this.problem = problemOf(why);
    }
  }

  reload(): Promise<void> {
    return this.filter(this.#filter);
  }

  async more(): Promise<void> {
    if (!this.#next || this.busy) return;
    this.busy = true;
    const generation = this.#generation;
    try {
      const page = await api.audit(this.#filter, this.#next);
      if (generation !== this.#generation) return;
      this.items = [...this.items, ...page.items];
      this.#next = page.next ?? null;
    } catch (why) {
      sayProblem(why);
    } finally {
      this.busy = false;
    }
  }
}
