/**
 * The imports that are open on the screen *Impor*: files on their way, drafts, and what was just committed. While one of
 * them works, it is asked again every 300 ms.
 */
import { SvelteMap } from 'svelte/reactivity';
import { api } from '../api/client';
import { ApiError } from '../api/transport';
import type { Import, Problem } from '../api/types';
import type { PickedFile } from '../platform';

const POLL_MS = 300;

/** Whether an import is on its way from one state to the next by itself. */
export const works = (one: Import): boolean =>
  one.progress != null || ['reading', 'deciding', 'committing', 'undoing'].includes(one.state);

/** A file that the backend has not answered for yet, or refused. */
export interface Upload {
  key: string;
  name: string;
  size: number | null;
  problem: Problem | null;
  retry: () => void;
}

class Imports {
  /** By id; also those that *Riwayat* shows, so that both screens agree. */
  readonly known = new SvelteMap<string, Import>();
  /** The ids whose tabs are open, in the order of opening. */
  open = $state<string[]>([]);
  uploads = $state<Upload[]>([]);
  /** Imports whose polling failed, with why. */
  readonly lost = new SvelteMap<string, Problem>();

  #polling = new Map<string, Promise<void>>();
  /** Counts what was put, so that an answer to an older question is told from it. */
  #versions = new Map<string, number>();
  #key = 0;

  /** Takes a newer state of an import and follows it while it works. */
  put(next: Import): void {
    this.#versions.set(next.id, (this.#versions.get(next.id) ?? 0) + 1);
    this.known.set(next.id, next);
    if (works(next)) void this.#follow(next.id);
  }

  /** Takes the answer to an act that sets the import to work: it is followed even if it seems to rest. */
  started(next: Import): void {
    this.put(next);
    void this.#follow(next.id);
  }

  /** The same, and waits until it rests: how it stands then, or nothing where it is no more. */
  async rested(next: Import): Promise<Import | undefined> {
    this.put(next);
    await this.#follow(next.id);
    return this.known.get(next.id);
  }

  show(next: Import): void {
    this.put(next);
    if (!this.open.includes(next.id)) this.open = [...this.open, next.id];
  }

  close(id: string): void {
    this.open = this.open.filter((other) => other !== id);
  }

  /** Somebody else is at the screen. */
  closeAll(): void {
    this.open = [];
    this.uploads = [];
    this.lost.clear();
    this.known.clear();
  }

  /** The import is no more. */
  forget(id: string): void {
    this.close(id);
    this.known.delete(id);
    this.lost.delete(id);
  }

  dismiss(key: string): void {
    this.uploads = this.uploads.filter((upload) => upload.key !== key);
  }

  /** Sends the files one after another; `opened` hears of each that became an import. */
  async send(files: PickedFile[], opened: (next: Import) => void): Promise<void> {
    const jobs = files.map((file) => this.#enqueue(file.name, file.size, () => api.upload(file), opened));
    for (const job of jobs) await job();
  }

  async sendSample(name: string, title: string, opened: (next: Import) => void): Promise<void> {
    await this.#enqueue(title, null, () => api.importSample(name), opened)();
  }

  #enqueue(name: string, size: number | null, ask: () => Promise<Import>, opened: (next: Import) => void) {
    const key = `upload-${++this.#key}`;
    const run = async () => {
      this.#patch(key, null);
      try {
        const next = await ask();
        this.dismiss(key);
        this.show(next);
        this.started(next);
        opened(next);
      } catch (why) {
        if (!(why instanceof ApiError)) throw why;
        this.#patch(key, why.problem);
      }
    };
    this.uploads = [...this.uploads, { key, name, size, problem: null, retry: () => void run() }];
    return run;
  }

  #patch(key: string, problem: Problem | null): void {
    this.uploads = this.uploads.map((upload) => (upload.key === key ? { ...upload, problem } : upload));
  }

  /**
   * Asks again until the import rests. Rest is believed when it was told twice: an answer may be put together just while the work
   * ends, and then shows the state from before it.
   */
  #follow(id: string): Promise<void> {
    const polling = this.#polling.get(id) ?? this.#untilRest(id).finally(() => void this.#polling.delete(id));
    this.#polling.set(id, polling);
    return polling;
  }

  async #untilRest(id: string): Promise<void> {
    this.lost.delete(id);
    try {
      for (let rests = 0; rests < 2 && this.known.has(id);) {
        await new Promise((wake) => setTimeout(wake, POLL_MS));
        const next = await this.#ask(id);
        rests = next && !works(next) ? rests + 1 : 0;
      }
    } catch (why) {
      if (!(why instanceof ApiError)) throw why;
      this.lost.set(id, why.problem);
    }
  }

  /** The import as it is now; null when something newer came, or it was discarded, while we asked. */
  async #ask(id: string): Promise<Import | null> {
    const version = this.#versions.get(id);
    const next = await api.import(id);
    if (!this.known.has(id) || this.#versions.get(id) !== version) return null;
    this.known.set(id, next);
    return next;
  }

  /** Asks once more for an import whose answer was lost. */
  async refresh(id: string): Promise<void> {
    try {
      this.put(await api.import(id));
      this.lost.delete(id);
    } catch (why) {
      if (!(why instanceof ApiError)) throw why;
      this.lost.set(id, why.problem);
    }
  }
}

export const imports = new Imports();
