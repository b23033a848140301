/** Which reasons an act asks for. Pure; which of them fit a stage is the backend's to say. */
import type {
  ApplicationSummary,
  Moved,
  StatusReason,
  ReasonGroup,
  Stage,
  StageView,
  SubState,
  TransitionAct,
} from '../../api/types';

type Person = Pick<ApplicationSummary, 'id' | 'stage' | 'sub_state'> & {
  full_name?: string | null | undefined;
};

/** What somebody wants to do, with whom. */
export interface Wish {
  act: TransitionAct;
  people: readonly Person[];
  /** With `advance` or `correct`: the stage. */
  to?: Stage;
}

/** Reasons of which one at least must be given. */
export interface Asked {
  group: ReasonGroup;
  reasons: StatusReason[];
}

type Groups = Pick<StageView, 'reject' | 'resign' | 'reopen' | 'correct'>;

const OF_STATE = { ACTIVE: null, REJECTED: 'reject', RESIGNED: 'resign' } as const satisfies Record<
  SubState,
  keyof Groups | null
>;
const GROUPS = { reject: 'rejected', resign: 'resigned', reopen: 'reopened', correct: 'corrected' } as const;

/** The groups of reasons that an act needs. Of people at several stages, those that fit one of their stages at least. */
export function reasonsFor(
  { act, people }: Wish,
  corrected: { stage: Stage; sub_state: SubState } | null,
  stage: (stage: Stage) => Groups | undefined,
): Asked[] {
  if (act === 'advance') return [];
  const of = (key: keyof Groups, stages: readonly Stage[]): Asked => ({
    group: GROUPS[key],
    reasons: [...new Set(stages.flatMap((one) => stage(one)?.[key] ?? []))],
  });
  if (act !== 'correct') return [of(act, [...new Set(people.map((one) => one.stage))])];
  const stages = corrected ? [corrected.stage] : [];
  const state = corrected ? OF_STATE[corrected.sub_state] : null;
  return [of('correct', stages), ...(state ? [of(state, stages)] : [])];
}

/** The people by the stage that they stand at, each with the stage to which the act leads from there. */
export function split(
  { act, people }: Wish,
  onward: (stage: Stage) => Stage | undefined,
): { stage: Stage | undefined; applications: string[] }[] {
  if (act !== 'advance') return [{ stage: undefined, applications: people.map((one) => one.id) }];
  const stages = [...new Set(people.map((one) => one.stage))];
  return stages.map((stage) => ({
    stage: onward(stage),
    applications: people.filter((one) => one.stage === stage).map((one) => one.id),
  }));
}

/** Of what came of it, what was refused and was not so, or not for that reason, when it was looked at: somebody else was quicker. */
export function refusedSince<T extends Pick<Moved, 'application' | 'refused'>>(
  looked: readonly T[],
  came: readonly T[],
): T[] {
  const known = new Map(looked.map((one) => [one.application, one.refused?.code]));
  return came.filter((one) => one.refused && known.get(one.application) !== one.refused.code);
}
