/** The chats of a campaign that wait, one at a time. Who is opened is the backend's to say: two people may work through one campaign. */
import { api } from '../../api/client';
import { ApiError } from '../../api/transport';
import type { Campaign, Message, Problem } from '../../api/types';
import { m } from '../../paraglide/messages';
import { platform } from '../../platform';
import { problemOf } from '../../state/say';
import { toasts } from '../../state/toasts.svelte';
import { problemText } from '../../words/errors';
import { time } from '../../words/format';
import { progressOf } from './campaign';

/** Whose chat counts as opened. */
interface Opened {
  message: string;
  full_name: string;
}
type Act = 'open' | 'again' | 'unreached';

export class Chats {
  readonly id: string;
  one = $state.raw<Campaign | null>(null);
  left = $state(0);
  loaded = $state(false);
  /** What is being done; nothing else is meanwhile. */
  busy = $state<Act | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** Why the next one did not open. */
  said = $state('');
  /** Why the last one did not open again, or was not noted. */
  saidOfLast = $state('');
  /** X was pressed once: it is asked whether it was meant. */
  sure = $state(false);
  /** Who was opened last. */
  last = $state.raw<Opened | null>(null);
  /** Whose chat was asked for when no answer came: she may count as opened though nobody saw it. */
  #unsure: Message | null = null;
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
    if (!this.#begin('open')) return;
    let asked: Message | null = null;
    try {
      if (await this.#settle()) return;
      const shown = this.current;
      asked = shown ?? null;
      const chat = await api.nextChat(this.id);
      asked = null;
      if (!chat) {
        // None is due: all are opened, or the next one waits for its time.
        await this.#peek();
        if (this.current) this.said = m.chat_waits({ at: time(this.current.run_at) });
        return;
      }
      // It counts as opened from now on, whatever becomes of its window: she must be within reach of a second try.
      this.last = chat;
      this.left = chat.left;
      if (shown && shown.id !== chat.message)
        toasts.show({ tone: 'info', text: m.chat_other({ shown: shown.full_name, name: chat.full_name }) });
      const at = this.#queue.findIndex((message) => message.id === chat.message);
      this.#queue = at < 0 ? [] : this.#queue.slice(at + 1);
      await platform.openExternal(chat.url);
      if (this.#queue.length === 0 && chat.left > 0) await this.#peek();
      else void this.#read();
    } catch (why) {
      const problem = problemOf(why);
      this.said = problemText(problem);
      // A refusal says that nothing was done.
      if (asked && (problem.status === 0 || problem.status >= 500)) this.#unsure = asked;
      // Whether somebody was opened is not known, or things have changed: what waits is asked again.
      void this.load();
    } finally {
      this.busy = null;
    }
  }

  /** The window of the last one was closed too early, or never came. The backend is asked: she may have said STOP by now, and night may have come. */
  again(): Promise<void> {
    return this.#withLast('again', async ({ message }) => {
      const { url } = await api.openChat(message);
      await platform.openExternal(url);
    });
  }

  /** A key is pressed by mistake, and what it says is not taken back: the second one counts. */
  pressed(): void {
    if (!this.last || this.busy) return;
    if (this.sure) void this.unreached();
    else this.sure = true;
  }

  /** WhatsApp does not know the number of the last one: nothing was sent, and she is to be called. */
  unreached(): Promise<void> {
    return this.#withLast('unreached', async ({ message, full_name }) => {
      await api.judge(message, 'unreached');
      this.last = null;
      toasts.done(m.judged_unreached({ name: full_name }));
    });
  }

  async #withLast(act: Act, run: (last: Opened) => Promise<void>): Promise<void> {
    const { last } = this;
    if (!last || !this.#begin(act)) return;
    try {
      await run(last);
    } catch (why) {
      this.saidOfLast = problemText(problemOf(why));
    } finally {
      this.busy = null;
    }
  }

  /** Whether an act may begin; then what was said before it is gone. */
  #begin(act: Act): boolean {
    if (this.busy) return false;
    this.busy = act;
    this.said = '';
    this.saidOfLast = '';
    this.sure = false;
    return true;
  }

  /** Whether she of whom no answer came counts as opened: then her chat is offered before anybody else's. */
  async #settle(): Promise<boolean> {
    const unsure = this.#unsure;
    if (!unsure) return false;
    const { items } = await api.thread(unsure.application);
    this.#unsure = null;
    const opened = items.some(
      (item) => item.kind === 'message' && item.id === unsure.id && item.state === 'opened',
    );
    if (!opened) return false;
    this.last = { message: unsure.id, full_name: unsure.full_name };
    this.said = m.chat_lost({ name: unsure.full_name });
    await this.load();
    return true;
  }

  async #peek(): Promise<void> {
    const page = await api.messages(this.id, { state: 'queued' });
    this.#queue = page.items;
    this.left = page.next ? Math.max(page.items.length, this.one?.counts.queued ?? 0) : page.items.length;
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
