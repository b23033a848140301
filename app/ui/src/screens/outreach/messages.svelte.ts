/** The messages of a campaign under one list, read on by cursor. */
import { api } from '../../api/client';
import type { Message, Problem } from '../../api/types';
import { problemOf } from '../../state/say';
import { messagesOf, type List } from './view';

export class Messages {
  readonly id: string;
  items = $state.raw<Message[]>([]);
  next = $state<string | null>(null);
  loaded = $state(false);
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);
  #list: List = 'all';
  #further = false;
  #generation = 0;

  constructor(id: string) {
    this.id = id;
  }

  async show(list: List): Promise<void> {
    this.#list = list;
    this.#further = false;
    this.#generation += 1;
    await this.#read(true);
  }

  /** The numbers have changed. Whoever has read on by hand is not thrown back to the beginning. */
  async refresh(): Promise<void> {
    if (!this.#further) await this.show(this.#list);
  }

  more(): Promise<void> {
    this.#further = true;
    return this.#read(false);
  }

  /** Takes a newer state of one of them. */
  put(message: Message): void {
    this.items = this.items.map((one) => (one.id === message.id ? message : one));
  }

  async #read(first: boolean): Promise<void> {
    const generation = this.#generation;
    const filter = messagesOf(this.#list);
    this.busy = true;
    this.problem = null;
    try {
      // A page on which nobody is to be called is not the end of the list.
      let cursor = first ? undefined : (this.next ?? undefined);
      let items: Message[];
      do {
        const page = await api.messages(this.id, filter, cursor);
        if (generation !== this.#generation) return;
        items = this.#list === 'call' ? page.items.filter((one) => one.to_call) : page.items;
        cursor = page.next ?? undefined;
      } while (items.length === 0 && cursor);
      this.items = first ? items : [...this.items, ...items];
      this.next = cursor ?? null;
      this.loaded = true;
    } catch (why) {
      if (generation === this.#generation) this.problem = problemOf(why);
    } finally {
      if (generation === this.#generation) this.busy = false;
    }
  }
}
