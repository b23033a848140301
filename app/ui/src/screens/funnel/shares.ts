/** What the funnel's charts draw: how wide, how strong, in which order. Pure. */
import type { Funnel, FunnelLoss, FunnelPortal, FunnelStage, Stage, SubState } from '../../api/types';
import type { Lost } from './view';

/** Where people stand, in the order in which it is drawn. */
export const STANDS = [
  { state: 'ACTIVE', key: 'active' },
  { state: 'REJECTED', key: 'rejected' },
  { state: 'RESIGNED', key: 'resigned' },
] as const satisfies readonly { state: SubState; key: keyof FunnelStage }[];

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** All who stand at a stage, or fell there. */
export const standing = (stage: FunnelStage): number => sum(STANDS.map(({ key }) => stage[key]));

/** What the whole width of the chart is: one scale for those who stand somewhere and those who came through. */
export const widest = (stages: readonly FunnelStage[]): number =>
  Math.max(1, ...stages.map((one) => Math.max(standing(one), one.entered)));

/** How much of a width a number takes, in percent. */
export const width = (n: number, whole: number): number =>
  whole > 0 ? Math.min(100, Math.max(0, (n / whole) * 100)) : 0;

const onboarded = (stage: Stage): boolean => stage.startsWith('ONBOARDED_');

/** The funnel in a few numbers: who is on the way, who arrived, who fell. */
export function sums({ stages }: Pick<Funnel, 'stages'>): { running: number; mitra: number; gone: number } {
  const active = (arrived: boolean): number =>
    sum(stages.filter((one) => onboarded(one.stage) === arrived).map((one) => one.active));
  return {
    running: active(false),
    mitra: active(true),
    gone: sum(stages.map((one) => one.rejected + one.resigned)),
  };
}

export interface LossesAt {
  stage: Stage;
  count: number;
  losses: FunnelLoss[];
}

/** Losses by stage in the stages' order, the most frequent reason first; a stage that lost nobody is left out. */
export const lossesBy = (losses: readonly FunnelLoss[], stages: readonly Stage[], lost: Lost): LossesAt[] =>
  stages
    .map((stage) => {
      const here = losses.filter((one) => one.stage === stage && (lost === 'all' || one.sub_state === lost));
      return {
        stage,
        count: sum(here.map((one) => one.count)),
        losses: here.sort((a, b) => b.count - a.count),
      };
    })
    .filter((one) => one.losses.length > 0);

/** Which share of a portal's people got as far as each stage; none where nobody entered the first one. */
export function reach({ entered }: Pick<FunnelPortal, 'entered'>): (number | null)[] {
  const first = entered[0] ?? 0;
  return entered.map((n) => (first > 0 ? n / first : null));
}

/** The strongest colour of a cell, in percent: the words on it stay readable. */
const HOT = 38;
/** How strong a share's cell is, in percent. Since a day, more may enter a stage than began: that is as strong as all. */
export const heat = (share: number | null): number => width(share ?? 0, 1) * (HOT / 100);
