/** The questions about applicants who are like each other, the search that finds them, and what was decided last. */
import { api } from '../../../api/client';
import type {
  DuplicateQuestion,
  DuplicateSearch,
  DuplicatesFilter,
  DuplicatesPage,
  Link,
  LinkRequest,
  Problem,
} from '../../../api/types';
import { m } from '../../../paraglide/messages';
import { problemOf, sayProblem } from '../../../state/say';
import { toasts, type ToastAction } from '../../../state/toasts.svelte';
import { list, number, phone } from '../../../words/format';
import { isCertain, merges, pairsOf, type Wins } from './several';

/** How often a running search is asked how far it is. */
const EVERY = 700;
/** Decisions that are loaded at once, and at most anew. */
const DECISIONS = 20;
const MOST_DECISIONS = 500;

export type Verdict = 'same' | 'different' | 'family';

export class Questions {
  items = $state.raw<DuplicateQuestion[]>([]);
  total = $state(0);
  loaded = $state(false);
  busy = $state(false);
  search = $state.raw<DuplicateSearch | null>(null);
  problem = $state.raw<Problem | null>(null);
  decided = $state.raw<Link[]>([]);
  /** How many questions of the class are decided, while they are. */
  deciding = $state<number | null>(null);
  #wanted = $state<string | null>(null);
  #next: string | null = null;
  #nextDecided = $state<string | null>(null);
  #filter: DuplicatesFilter = {};
  /** The filter of what is on screen. */
  #shown: DuplicatesFilter | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  get chosen(): DuplicateQuestion | null {
    return this.items.find((one) => one.id === this.#wanted) ?? this.items[0] ?? null;
  }
  get place(): number {
    const { chosen } = this;
    return chosen ? this.items.indexOf(chosen) : -1;
  }
  get hasMore(): boolean {
    return this.#next !== null;
  }
  get hasMoreDecided(): boolean {
    return this.#nextDecided !== null;
  }
  /** Questions on screen that can be decided at once. */
  get certain(): DuplicateQuestion[] {
    return this.items.filter(isCertain);
  }

  async filter(filter: DuplicatesFilter): Promise<void> {
    this.#filter = filter;
    await this.reload();
  }

  async reload(): Promise<void> {
    clearTimeout(this.#timer);
    const filter = this.#filter;
    const { decided } = this;
    try {
      // As many decisions as are on screen: any of them may have been taken back.
      const many = Math.min(Math.max(decided.length, DECISIONS), MOST_DECISIONS);
      const [page, links] = await Promise.all([api.duplicates(filter), api.latestLinks(many)]);
      if (filter !== this.#filter) return;
      const { search } = page;
      // While a search runs the questions that somebody walks through stay as they are.
      if (!search.progress || !this.loaded || filter !== this.#shown) {
        this.items = page.items;
        this.total = page.total;
        this.#next = page.next ?? null;
        this.#shown = filter;
      }
      this.search = search;
      // Unless more of them came meanwhile.
      if (decided === this.decided) {
        this.decided = links.items;
        this.#nextDecided = links.next ?? null;
      }
      this.problem = null;
      this.loaded = true;
      if (page.search.progress) this.#timer = setTimeout(() => void this.reload(), EVERY);
    } catch (why) {
      this.problem = problemOf(why);
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async more(): Promise<void> {
    if (!this.#next || this.busy) return;
    await this.#working(async () => {
      const page = await api.duplicates(this.#filter, this.#next ?? undefined);
      this.items = [...this.items, ...page.items];
      this.#next = page.next ?? null;
    });
  }

  async moreDecided(): Promise<void> {
    const next = this.#nextDecided;
    if (next === null || this.busy) return;
    await this.#working(async () => {
      const page = await api.latestLinks(DECISIONS, next);
      // Unless they were all loaded anew meanwhile.
      if (next !== this.#nextDecided) return;
      this.decided = [...this.decided, ...page.items];
      this.#nextDecided = page.next ?? null;
    });
  }

  async begin(): Promise<void> {
    await this.#working(async () => {
      await api.searchDuplicates();
      await this.reload();
    });
  }

  async cancel(): Promise<void> {
    await this.#working(async () => {
      await api.cancelDuplicates();
      await this.reload();
    });
  }

  choose(id: string): void {
    this.#wanted = id;
  }

  async step(by: number): Promise<void> {
    if (by > 0 && this.place >= this.items.length - 2) await this.more();
    const next = this.items[this.place + by];
    if (next) this.choose(next.id);
  }

  /** Decides about some people of the question in focus, and offers the way back. */
  async decide(verdict: Verdict, ids: readonly string[], stays: string, wins: Wins): Promise<void> {
    const question = this.chosen;
    if (!question || ids.length < 2) return;
    await this.#working(async () => {
      const said: Link[] = [];
      try {
        await say(question, verdict, ids, stays, wins, said);
      } catch (why) {
        // What was said before the one that failed stands: that is told, and can be taken back.
        this.#tellPart(said);
        throw why;
      }
      const name = question.people.find((one) => one.id === stays)?.full_name ?? '';
      const done = {
        same: m.dup_done_same({ name }),
        different: m.dup_done_different(),
        family: m.dup_done_family(),
      };
      toasts.done(done[verdict], this.#undo(said));
      this.#goOn();
      await this.reload();
    });
  }

  /** Decides every question of the class, also on the pages behind this one: each by itself, until it is stopped. */
  async decideClass(): Promise<void> {
    await this.#working(async () => {
      const said: Link[] = [];
      let cursor: string | null = null;
      this.deciding = 0;
      try {
        do {
          const page: DuplicatesPage = await api.duplicates(this.#filter, cursor ?? undefined);
          for (const question of page.items.filter(isCertain)) {
            if (!this.#goesOn()) break;
            const [first] = question.people;
            const ids = question.people.map((one) => one.id);
            if (first) await say(question, 'same', ids, first.id, {}, said);
            if (this.#goesOn()) this.deciding = said.length;
          }
          cursor = page.next ?? null;
        } while (cursor !== null && this.#goesOn());
      } finally {
        this.deciding = null;
        // What was decided stands, also where the next one failed.
        if (said.length > 0) {
          toasts.done(m.dup_class_done({ n: number(said.length) }), this.#undo(said));
        }
      }
      await this.reload();
    });
  }

  #goesOn(): boolean {
    return this.deciding !== null;
  }

  /** Stops deciding the class: what was decided stands. */
  stopDeciding(): void {
    this.deciding = null;
  }

  /** Takes decisions back, the last one first. */
  async takeBack(said: readonly Link[]): Promise<void> {
    await this.#working(async () => {
      const shared = new Set<string>();
      for (const link of said.toReversed()) {
        const back = await api.reverse(link.id);
        for (const one of link.shared) shared.delete(one.value);
        for (const one of back.shared) shared.add(one.value);
      }
      if (shared.size === 0) toasts.done(m.dup_undone());
      else toasts.show({ tone: 'info', text: m.dup_undone_shared({ values: list([...shared].map(phone)) }) });
      await this.reload();
    });
  }

  /** The way back of what was said; none where all of it had been said before, by somebody else perhaps. */
  #undo(said: readonly Link[]): ToastAction | undefined {
    return said.length > 0 ? { label: m.undo_word(), run: () => void this.takeBack(said) } : undefined;
  }

  /** A decision that was carried out in part. It is told until somebody has read it. */
  #tellPart(said: readonly Link[]): void {
    if (said.length === 0) return;
    toasts.show({
      tone: 'error',
      text: m.dup_part_done({ n: number(said.length) }),
      action: this.#undo(said),
    });
  }

  /** The question behind the one in focus is the next. */
  #goOn(): void {
    const next = this.items[this.place + 1] ?? this.items[this.place - 1];
    this.#wanted = next?.id ?? null;
  }

  async #working(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    try {
      await work();
    } catch (why) {
      sayProblem(why);
      await this.reload();
    } finally {
      this.busy = false;
    }
  }
}

/** Says it of every two, and notes in `said` what is news: what had been said before stays whose it was. */
async function say(
  question: DuplicateQuestion,
  verdict: Verdict,
  ids: readonly string[],
  stays: string,
  wins: Wins,
  said: Link[],
): Promise<void> {
  const note = async (one: string, request: LinkRequest): Promise<void> => {
    const { link, news } = await api.say(one, request);
    if (news) said.push(link);
  };
  if (verdict === 'same') {
    const people = question.people.filter((one) => ids.includes(one.id));
    for (const { into, request } of merges(people, stays, wins)) await note(into, request);
  } else {
    const kind = verdict === 'family' ? 'family' : 'told_apart';
    for (const [one, other] of pairsOf(ids)) await note(one, { kind, other });
  }
}
