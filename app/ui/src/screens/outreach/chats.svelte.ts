/** The chats of a campaign that wait, one at a time. Who is opened is the backend's to say: two people may work through one campaign. */
import { api, ApiError } from '../../api/client';
import type { Campaign, Chat, Message, Problem } from '../../api/types';
import { m } from '../../paraglide/messages';
import { platform } from '../../platform';
import { problemOf, sayProblem } from '../../state/say';
import { toasts } from '../../state/toasts.svelte';
import { problemText } from '../../words/errors';
import { progressOf } from './campaign';

export class Chats {
  readonly id: string;
  one = $state.raw<Campaign | null>(null);
  left = $state(0);
  loaded = $state(false);
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);
  /** Why the last one did not open. */
  said = $state('');
  /** Who was opened last. */
  last = $state.raw<Chat | null>(null);
  #queue = $state.raw<Message[]>([]);
  #texts = $state.raw<Readonly<Record<string, string>>>({});

  constructor(id: string) {
    this.id = id;
  }

  /** Whose turn it seems to be. */
  get current(): Message | undefined {
    return this.#queue[0];
  }
  get total(): number {
    return this.one ? progressOf(this.one.counts).total - this.one.counts.dropped : 0;
  }
  get opened(): number {
    return Math.max(0, this.total - this.left);
  }
  get over(): boolean {
    return this.loaded && this.left === 0;
  }
  /** What she will read, but for her link, which is made when the chat is opened. */
  get text(): string {
    return this.#texts[this.current?.id ?? ''] ?? '';
  }

  async load(): Promise<void> {
    this.problem = null;
    try {
      this.one = await api.campaign(this.id);
      await this.#peek();
      this.loaded = true;
    } catch (why) {
      this.problem = problemOf(why);
    }
  }

  async open(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.said = '';
    try {
      const shown = this.current;
      const chat = await api.nextChat(this.id);
      if (!chat) {
        this.#queue = [];
        this.left = 0;
        return;
      }
      await platform.openExternal(chat.url);
      if (shown && shown.id !== chat.message)
        toasts.show({ tone: 'info', text: m.chat_other({ shown: shown.full_name, name: chat.full_name }) });
      this.last = chat;
      this.left = chat.left;
      const at = this.#queue.findIndex((message) => message.id === chat.message);
      this.#queue = at < 0 ? [] : this.#queue.slice(at + 1);
      if (this.#queue.length === 0 && chat.left > 0) await this.#peek();
      else void this.#read();
    } catch (why) {
      const problem = problemOf(why);
      this.said = problemText(problem);
      // Whether somebody was opened is not known, or things have changed: what waits is asked again.
      void this.load();
    } finally {
      this.busy = false;
    }
  }

  /** The window of the last one was closed too early, or never came. */
  async again(): Promise<void> {
    if (this.last) await platform.openExternal(this.last.url).catch(sayProblem);
  }

  async #peek(): Promise<void> {
    const page = await api.messages(this.id, { state: 'queued' });
    this.#queue = page.items.filter((message) => message.channel === 'wa_me');
    this.left = Math.max(this.#queue.length, this.one?.counts.queued ?? 0);
    if (this.last) this.left = this.last.left;
    await this.#read();
  }

  /** The text of whose turn it is; without it the card shows her name alone. */
  async #read(): Promise<void> {
    const current = this.current;
    if (!current) return;
    try {
      const { items } = await api.thread(current.application);
      const found = items.find((item) => item.kind === 'message' && item.id === current.id);
      if (found) this.#texts = { [current.id]: found.text };
    } catch (why) {
      if (!(why instanceof ApiError)) throw why;
    }
  }
}
