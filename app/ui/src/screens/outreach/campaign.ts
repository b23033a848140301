/** What the numbers of a campaign come to: its bar, its funnel, and what may be done with it. Pure. */
import type { Campaign, Channel, Message, MessageState } from '../../api/types';
import type { Tone } from '../../words/codes';

type Counts = Campaign['counts'];

/** What becomes of messages, in the order in which a bar draws it. */
export const GROUPS = ['arrived', 'left', 'waiting', 'judge', 'failed', 'dropped'] as const;
export type Group = (typeof GROUPS)[number];
export const groupStates: Readonly<Record<Group, readonly MessageState[]>> = {
  arrived: ['delivered', 'read'],
  left: ['opened', 'accepted', 'sent'],
  waiting: ['queued', 'sending'],
  judge: ['uncertain'],
  failed: ['failed'],
  dropped: ['dropped'],
};
export const groupTone: Readonly<Record<Group, Tone>> = {
  arrived: 'green',
  left: 'blue',
  waiting: 'grey',
  judge: 'amber',
  failed: 'red',
  dropped: 'violet',
};

/** Every state a message may be in, in the order of the bar. */
export const STATES: readonly MessageState[] = GROUPS.flatMap((group) => groupStates[group]);

export const groupOf = (counts: Counts, group: Group): number =>
  groupStates[group].reduce((sum, state) => sum + counts[state], 0);

export interface Part {
  group: Group;
  n: number;
}
export const partsOf = (counts: Counts): Part[] =>
  GROUPS.map((group) => ({ group, n: groupOf(counts, group) })).filter(({ n }) => n > 0);

/** All messages, and those that wait for nothing any more. */
export function progressOf(counts: Counts): { total: number; done: number; share: number } {
  const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const done = total - groupOf(counts, 'waiting');
  return { total, done, share: total > 0 ? done / total : 0 };
}

export const STEPS = ['invited', 'delivered', 'read', 'registered', 'linked'] as const;
export type Step = (typeof STEPS)[number];
export interface ReachedStep {
  step: Step;
  n: number;
  /** Of those who were invited; none: nobody was. */
  share: number | null;
}
/** From invited to linked. What no channel of it tells, such as who has read, is not counted as nobody. */
export const stepsOf = ({ reached, ...ways }: Ways & Pick<Campaign, 'reached'>): ReachedStep[] =>
  STEPS.filter((step) => tells(ways, step)).map((step) => ({
    step,
    n: reached[step],
    share: reached.invited > 0 ? reached[step] / reached.invited : null,
  }));

type Ways = Pick<Campaign, 'channel' | 'fallback'>;
/** What only a channel can tell, and which one does. A chat that HR opens tells nothing, and no operator tells whether an SMS was read. */
const tellers: Readonly<Partial<Record<Step, readonly Channel[]>>> = {
  delivered: ['whatsapp', 'twilio', 'vonage'],
  read: ['whatsapp'],
};
/** Whether it is known who has come so far, by one channel of the campaign or the other. */
export const tells = ({ channel, fallback }: Ways, step: Step): boolean =>
  tellers[step]?.some((one) => one === channel || one === fallback) ?? true;

export type CampaignAct = 'pause' | 'resume' | 'cancel' | 'chat';
/** What may be done with a campaign by whoever may act. */
export function actsOf({ state, channel, fallback, counts }: Campaign): CampaignAct[] {
  const acts: CampaignAct[] = [];
  if ((channel === 'wa_me' || fallback === 'wa_me') && state === 'running' && counts.queued > 0)
    acts.push('chat');
  if (state === 'running' || state === 'filling') acts.push('pause');
  if (state === 'paused') acts.push('resume');
  if (state !== 'done' && state !== 'cancelled') acts.push('cancel');
  return acts;
}

/** Whether it moves by itself, so that its numbers are asked again. */
export const moves = ({ state }: Pick<Campaign, 'state'>): boolean =>
  state === 'filling' || state === 'running';

/** When something of it happened last. */
export const lastOf = (one: Message): string =>
  one.read_at ??
  one.delivered_at ??
  one.sent_at ??
  one.opened_at ??
  (one.state === 'queued' ? one.run_at : one.queued_at);
