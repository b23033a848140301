/** An invitation that is being put together: what it may be made of, and what it would do. */
import { api } from '../../api/client';
import type {
  Audience,
  Channel,
  ChannelView,
  Channels,
  Import,
  NewCampaign,
  OutreachPreview,
  Problem,
  Template,
} from '../../api/types';
import { problemOf } from '../../state/say';
import { instantOf, startFault, type StartFault } from './schedule';

/** How many imports one may choose from; older ones are reached by a filter. */
const IMPORTS = 50;

export class Compose {
  channels = $state.raw<Channels | null>(null);
  templates = $state.raw<Template[]>([]);
  imports = $state.raw<Import[]>([]);
  problem = $state.raw<Problem | null>(null);

  channel = $state<Channel>('wa_me');
  fallback = $state<Channel | ''>('');
  template = $state('');
  later = $state(false);
  /** As it is typed, in Jakarta. */
  at = $state('');
  reminds = $state(false);
  remindAfter = $state(3);
  reminders = $state(1);
  reminder = $state('');
  /** As it was typed; empty: the name that is offered. */
  name = $state('');

  preview = $state.raw<OutreachPreview | null>(null);
  previewProblem = $state.raw<Problem | null>(null);
  asking = $state(false);
  #controller: AbortController | null = null;

  get loaded(): boolean {
    return this.channels !== null;
  }
  get offered(): ChannelView[] {
    return this.channels?.items.filter((one) => one.configured) ?? [];
  }
  get lacking(): ChannelView[] {
    return this.channels?.items.filter((one) => !one.configured && one.channel !== 'file') ?? [];
  }
  /** What a message may fall back to: another machine's channel. */
  get fallbacks(): Channel[] {
    if (this.channel === 'wa_me' || this.channel === 'file') return [];
    return this.offered
      .map((one) => one.channel)
      .filter((one) => one !== this.channel && one !== 'wa_me' && one !== 'file');
  }
  get chosenTemplate(): Template | undefined {
    return this.templates.find((one) => one.id === this.template);
  }
  /** WhatsApp Business takes approved templates only, and one of these is none. */
  get unapproved(): boolean {
    const sent = [this.template, ...(this.reminds && this.reminder ? [this.reminder] : [])];
    return (
      (this.channel === 'whatsapp' || this.fallback === 'whatsapp') &&
      this.templates.some((one) => sent.includes(one.id) && !one.approved_name)
    );
  }
  get timeFault(): StartFault | null {
    return this.later ? startFault(this.at, new Date()) : null;
  }
  get startsAt(): Date {
    return (this.later ? instantOf(this.at) : null) ?? new Date();
  }

  async load(): Promise<void> {
    this.problem = null;
    try {
      const [channels, templates, imports] = await Promise.all([
        api.channels(),
        api.templates(),
        api.imports(),
      ]);
      this.templates = templates.items;
      this.imports = imports.items.filter((one) => one.state === 'committed').slice(0, IMPORTS);
      this.template = firstOf(templates.items, 'undangan');
      this.reminder = firstOf(templates.items, 'pengingat');
      const offered = channels.items.filter((one) => one.configured).map((one) => one.channel);
      this.channel = offered.includes(channels.usual) ? channels.usual : (offered[0] ?? 'wa_me');
      this.channels = channels;
      this.choose(this.channel);
    } catch (why) {
      this.problem = problemOf(why);
    }
  }

  choose(channel: Channel): void {
    this.channel = channel;
    const usual = this.channels?.fallback;
    this.fallback = usual && this.fallbacks.includes(usual) ? usual : '';
  }

  /** What would happen; `null`: nobody is meant yet. What is asked anew calls off what was asked before. */
  async look(audience: Audience | null): Promise<void> {
    this.stop();
    if (!audience || !this.template) {
      this.preview = null;
      return;
    }
    const controller = new AbortController();
    this.#controller = controller;
    this.asking = true;
    this.previewProblem = null;
    try {
      const preview = await api.previewCampaign(
        {
          audience,
          channel: this.channel,
          fallback: this.fallback || null,
          template: this.template,
        },
        controller.signal,
      );
      if (controller === this.#controller) this.preview = preview;
    } catch (why) {
      if (controller === this.#controller) this.previewProblem = problemOf(why);
    } finally {
      if (controller === this.#controller) this.asking = false;
    }
  }
  stop(): void {
    this.#controller?.abort();
    this.#controller = null;
    this.asking = false;
  }

  whole(audience: Audience, name: string): NewCampaign {
    return {
      name,
      audience,
      channel: this.channel,
      fallback: this.fallback || null,
      template: this.template,
      reminder_template: this.reminds && this.reminder ? this.reminder : null,
      starts_at: this.later ? this.startsAt.toISOString() : null,
      remind_after_days: this.reminds ? this.remindAfter : null,
      reminders: this.reminds ? this.reminders : 0,
    };
  }
}

/** The template of this name, Indonesian first; or whichever there is. */
function firstOf(templates: readonly Template[], name: string): string {
  const named = templates.filter((one) => one.name === name);
  return (named.find((one) => one.language === 'id') ?? named[0] ?? templates[0])?.id ?? '';
}
