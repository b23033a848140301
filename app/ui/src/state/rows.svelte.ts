/**
 * The rows of one import under one filter, fetched by windows as the grid shows them. A million rows stay in the backend:
 * at most `KEEP` pages are held here.
 */
import { SvelteMap } from 'svelte/reactivity';
import { api } from '../api/client';
import { ApiError } from '../api/transport';
import type { ImportRow, Problem, RowFilter } from '../api/types';

const PAGE = 200;
const KEEP = 40;

export class RowWindow {
  readonly id: string;
  total = $state(0);
  /** Whether the first answer for this filter has come. */
  loaded = $state(false);
  problem = $state.raw<Problem | null>(null);

  #filter: RowFilter = {};
  #pages = new SvelteMap<number, ImportRow[]>();
  #stale = new Set<number>();
  #asked = new Map<number, Promise<void>>();
  #generation = 0;
  #seen: [number, number] = [0, 0];

  constructor(id: string) {
    this.id = id;
  }

  /** The row at a place of the filtered list, if it is here. */
  at(index: number): ImportRow | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Starts over with another filter. */
  async filter(filter: RowFilter): Promise<void> {
    this.#filter = filter;
    this.#generation += 1;
    this.#pages.clear();
    this.#stale.clear();
    this.#asked.clear();
    this.loaded = false;
    this.#seen = [0, 0];
    await this.#fetch(0);
  }

  /** Something changed: what is on screen is asked again, what is not when it comes into view. What is shown stays until then. */
  async reload(): Promise<void> {
    this.#generation += 1;
    this.#asked.clear();
    for (const page of this.#pages.keys()) this.#stale.add(page);
    await this.need(...this.#seen);
  }

  /** The places `first..=last` are on screen. */
  async need(first: number, last: number): Promise<void> {
    this.#seen = [first, last];
    const pages: Promise<void>[] = [];
    for (let page = Math.floor(first / PAGE); page <= Math.floor(Math.max(first, last) / PAGE); page += 1) {
      pages.push(this.#fetch(page));
    }
    await Promise.all(pages);
    this.#forget();
  }

  /** The row at a place, fetched if it must be. */
  async get(index: number): Promise<ImportRow | undefined> {
    if (index < 0 || (this.loaded && index >= this.total)) return undefined;
    await this.#fetch(Math.floor(index / PAGE));
    return this.at(index);
  }

  /** The first place from `index` on, in steps of `step`, whose row passes; null when there is none. */
  async find(index: number, step: 1 | -1, passes: (row: ImportRow) => boolean): Promise<number | null> {
    for (let place = index; place >= 0 && place < this.total; place += step) {
      const row = this.at(place) ?? (await this.get(place));
      if (!row) return null;
      if (passes(row)) return place;
    }
    return null;
  }

  #fetch(page: number): Promise<void> {
    const stale = this.#stale.has(page);
    if (this.#pages.has(page) && !stale) return Promise.resolve();
    const asked = this.#asked.get(page);
    if (asked) return asked;
    const generation = this.#generation;
    const answer = api
      .rows(this.id, page * PAGE, PAGE, this.#filter)
      .then((rows) => {
        // Asked anew meanwhile: whoever waits for this page waits for the newer answer.
        if (generation !== this.#generation) return this.#fetch(page);
        this.#pages.set(page, rows.items);
        this.#stale.delete(page);
        this.total = rows.total;
        this.loaded = true;
        this.problem = null;
        return undefined;
      })
      .catch((why: unknown) => {
        if (!(why instanceof ApiError)) throw why;
        if (generation === this.#generation) this.problem = why.problem;
      })
      .finally(() => {
        if (generation === this.#generation) this.#asked.delete(page);
      });
    this.#asked.set(page, answer);
    return answer;
  }

  /** Lets go of the pages that are farthest from the screen. */
  #forget(): void {
    if (this.#pages.size <= KEEP) return;
    const middle = (this.#seen[0] + this.#seen[1]) / 2 / PAGE;
    const far = [...this.#pages.keys()].sort((a, b) => Math.abs(b - middle) - Math.abs(a - middle));
    for (const page of far.slice(0, this.#pages.size - KEEP)) {
      this.#pages.delete(page);
      this.#stale.delete(page);
    }
  }
}
