/** The stage board: who is in the running, a column a stage, and who is chosen. */
import { api } from '../../api/client';
import type { ApplicationFilters, ApplicationSummary, Moved, Problem, Stage } from '../../api/types';
import { problemOf, sayProblem } from '../../state/say';
import { STAGES } from '../../words/codes';

export interface Column {
  stage: Stage;
  items: readonly ApplicationSummary[];
  total: number;
  next: string | null;
}

export class Board {
  columns = $state.raw<readonly Column[]>([]);
  chosen = $state.raw<ReadonlySet<string>>(new Set());
  problem = $state.raw<Problem | null>(null);
  #filter: ApplicationFilters = {};
  #generation = 0;

  get loaded(): boolean {
    return this.columns.length > 0;
  }
  /** Those who are chosen, in the order of the board. */
  get people(): ApplicationSummary[] {
    return this.columns.flatMap((column) => column.items.filter((one) => this.chosen.has(one.id)));
  }

  async filter(filter: ApplicationFilters): Promise<void> {
    this.#filter = filter;
    this.chosen = new Set();
    await this.reload();
  }

  async reload(): Promise<void> {
    const generation = ++this.#generation;
    try {
      const columns = await Promise.all(STAGES.map((stage) => this.#column(stage)));
      if (generation !== this.#generation) return;
      this.columns = columns;
      // Who is not on the board any more cannot be acted on.
      const shown = new Set(columns.flatMap((column) => column.items.map((one) => one.id)));
      this.chosen = new Set([...this.chosen].filter((id) => shown.has(id)));
      this.problem = null;
    } catch (why) {
      if (generation === this.#generation) this.problem = problemOf(why);
    }
  }

  async more(stage: Stage): Promise<void> {
    const column = this.columns.find((one) => one.stage === stage);
    if (!column?.next) return;
    const generation = this.#generation;
    try {
      const page = await api.applications(this.#of(stage), column.next);
      if (generation !== this.#generation) return;
      const grown = { ...column, items: [...column.items, ...page.items], next: page.next ?? null };
      this.columns = this.columns.map((one) => (one.stage === stage ? grown : one));
    } catch (why) {
      sayProblem(why);
    }
  }

  choose(id: string, chosen: boolean): void {
    const next = new Set(this.chosen);
    if (chosen) next.add(id);
    else next.delete(id);
    this.chosen = next;
  }

  clear(): void {
    this.chosen = new Set();
  }

  async moved(moved: readonly Moved[]): Promise<void> {
    const gone = new Set(moved.map((one) => one.application));
    this.chosen = new Set([...this.chosen].filter((id) => !gone.has(id)));
    await this.reload();
  }

  #of(stage: Stage): ApplicationFilters {
    return { ...this.#filter, stage, sub_state: 'ACTIVE' };
  }

  async #column(stage: Stage): Promise<Column> {
    const page = await api.applications(this.#of(stage));
    return { stage, items: page.items, total: page.total ?? page.items.length, next: page.next ?? null };
  }
}
