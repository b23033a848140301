/** One import on screen: its filter, the row in focus, and what can be done to it. */
import { api } from '../../api/client';
import type { Action, Import, ImportRow, Problem, ReviewReason, RowFilter } from '../../api/types';
import { m } from '../../paraglide/messages';
import { imports } from '../../state/imports.svelte';
import { RowWindow } from '../../state/rows.svelte';
import { problemOf, sayProblem } from '../../state/say';
import { may } from '../../state/session.svelte';
import { toasts } from '../../state/toasts.svelte';
import { number } from '../../words/format';

const undecided = (row: ImportRow): boolean => row.outcome === 'review' && row.decision == null;

export class Draft {
  readonly id: string;
  readonly rows: RowWindow;
  filter = $state.raw<RowFilter>({});
  /** The place of the row in focus in the filtered list, and of its cell. */
  index = $state(0);
  column = $state(2);
  details = $state(false);
  /** The row in focus with everything about it. */
  row = $state.raw<ImportRow | null>(null);
  rowProblem = $state.raw<Problem | null>(null);
  busy = $state(false);
  /** Counts up when the grid should bring `index` into view. */
  reveal = $state(0);

  constructor(id: string) {
    this.id = id;
    this.rows = new RowWindow(id);
  }

  get import(): Import | undefined {
    return imports.known.get(this.id);
  }
  /** Whether it can be changed, by whoever is here. */
  get editable(): boolean {
    return this.import?.state === 'ready' && may('recruiter');
  }

  async setFilter(filter: RowFilter): Promise<void> {
    this.filter = filter;
    this.index = 0;
    this.reveal += 1;
    await this.rows.filter(filter);
    if (this.details) await this.load();
  }

  /** Puts a place of the list in focus. */
  async focus(index: number, column = this.column): Promise<void> {
    this.index = Math.max(0, Math.min(index, this.rows.total - 1));
    this.column = column;
    if (this.details) await this.load();
  }

  async open(index: number): Promise<void> {
    this.details = true;
    await this.focus(index);
  }

  async toggleDetails(): Promise<void> {
    this.details = !this.details;
    if (this.details) await this.load();
  }

  /** Everything about the row in focus; an answer that comes late is dropped. */
  async load(): Promise<void> {
    const index = this.index;
    const known = await this.rows.get(index);
    if (!known) {
      this.row = null;
      return;
    }
    await this.#load(known.row, () => this.index === index);
  }

  /** What the row in focus said is erased. */
  async erased(): Promise<void> {
    await this.#changed();
    await this.load();
  }

  async #load(row: number, wanted: () => boolean = () => true): Promise<void> {
    try {
      const whole = await api.row(this.id, row);
      if (!wanted()) return;
      this.row = whole;
      this.rowProblem = null;
    } catch (why) {
      this.rowProblem = problemOf(why);
    }
  }

  async #changed(): Promise<void> {
    await Promise.all([imports.refresh(this.id), this.rows.reload()]);
  }

  /** Writes one cell; true when it was taken. */
  async edit(row: number, column: number, value: string): Promise<boolean> {
    try {
      await api.edit(this.id, row, { [column]: value });
      await this.#changed();
      if (this.details) await this.#load(row);
      return true;
    } catch (why) {
      sayProblem(why);
      return false;
    }
  }

  /** Decides the row in focus and goes on to the next undecided one. */
  async decide(action: Action, application?: string): Promise<void> {
    const row = this.row;
    if (!row || this.busy || !this.editable) return;
    this.busy = true;
    try {
      const answer = await api.decide(this.id, {
        action,
        rows: [row.row],
        ...(application ? { application } : {}),
      });
      imports.put(answer.import);
      await this.rows.reload();
      if (action === 'later') await this.#load(row.row);
      else if (answer.import.undecided === 0) {
        toasts.done(m.all_decided());
        await this.#load(row.row);
      } else await this.step(1, (await this.rows.get(this.index))?.row === row.row ? 1 : 0);
    } catch (why) {
      sayProblem(why);
    } finally {
      this.busy = false;
    }
  }

  /** Decides every undecided row of a class. It is followed to its end; until then it can be stopped, and decides nothing. */
  async decideClass(reason: ReviewReason, action: Action): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      const begun = await api.decide(this.id, { action, class: { reason } });
      const ended = await imports.rested(begun.import);
      // Nobody looks at it any more, or the server does not answer, which the screen says.
      if (ended?.state !== 'ready') return;
      const { decided, problem, undecided } = ended;
      await this.rows.reload();
      if (decided != null && undecided > 0) await this.step(1, 0);
      else await this.load();
      if (decided != null) toasts.done(m.decided_n({ count: decided, n: number(decided) }));
      else if (!problem) toasts.show({ tone: 'info', text: m.deciding_stopped() });
    } catch (why) {
      sayProblem(why);
    } finally {
      this.busy = false;
    }
  }

  /** Goes to the next or previous undecided row, past the end to the other one. */
  async step(direction: 1 | -1, skip: 0 | 1 = 1): Promise<void> {
    const among = this.filter.outcome === 'review' || this.filter.only === 'undecided';
    if (!among) {
      await this.setFilter({ outcome: 'review' });
      skip = 0;
    }
    const from = this.index + direction * skip;
    const end = direction === 1 ? 0 : this.rows.total - 1;
    const place =
      (await this.rows.find(from, direction, undecided)) ?? (await this.rows.find(end, direction, undecided));
    if (place === null) return;
    this.details = true;
    this.index = place;
    this.reveal += 1;
    await this.load();
  }
}

/** The drafts by import, so that a tab is found as it was left. */
const drafts = new Map<string, Draft>();

export function draftOf(id: string): Draft {
  const known = drafts.get(id);
  if (known) return known;
  const made = new Draft(id);
  drafts.set(id, made);
  return made;
}
export const forgetDraft = (id: string): boolean => drafts.delete(id);
