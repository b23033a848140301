/**
 * The mock's funnel: some seven hundred invented people who came in the last 200 days and went some way, counted as of any day. They
 * are nobody of the mock's list: all of those wait at the first stage.
 */
import type { Funnel, FunnelLoss, FunnelStage, Stage, StatusReason, SubState } from '../src/api/types.ts';
import { no, ok, type Answer } from './answer.ts';
import { next, reasons, STAGES } from './lifecycle.ts';
import { seeded } from './people.ts';

/** A record of somebody's history; days are numbered from 1970-01-01. */
interface Move {
  day: number;
  portal: string;
  from: Stage | null;
  stage: Stage;
  sub_state: SubState;
  waited: number;
  reason: StatusReason | null;
}

const DAY_MS = 86_400_000;
const now = (): number => Math.floor((Date.now() + 7 * 3_600_000) / DAY_MS);
/** How likely somebody goes on from a stage, of those who leave it; the portals differ a little. */
const ONWARD = [0.62, 0.68, 0.8, 0.74, 0.82, 0.88, 0.92, 0.03, 0.02];
const PORTALS: readonly [string, number][] = [
  ['glints', 1],
  ['jobstreet', 0.9],
  ['indeed', 0.75],
  ['satu', 1.1],
];

function walk(random: () => number, begun: number, portal: string, luck: number): Move[] {
  const moves: Move[] = [];
  let [day, stage]: [number, Stage] = [begun, 'SCREENING'];
  moves.push({ day, portal, from: null, stage, sub_state: 'ACTIVE', waited: 0, reason: null });
  for (;;) {
    const at = STAGES.indexOf(stage);
    // Whoever is on board stays, but for a few.
    if (at > 6 && random() > 0.08) return moves;
    const waited = 0.3 + random() ** 2 * (at > 6 ? 60 : 11);
    day += Math.ceil(waited);
    const from = stage;
    const goes = at < 7 && random() < (ONWARD[at] ?? 0) * luck;
    if (goes) {
      const ways = next(stage);
      stage = ways[Math.floor(random() * ways.length)] ?? stage;
      moves.push({ day, portal, from, stage, sub_state: 'ACTIVE', waited, reason: null });
      continue;
    }
    const sub_state = random() < 0.6 ? 'REJECTED' : 'RESIGNED';
    const among = reasons(stage, sub_state === 'REJECTED' ? 'rejected' : 'resigned');
    const reason = among[Math.floor(random() ** 1.6 * among.length)] ?? null;
    moves.push({ day, portal, from, stage, sub_state, waited, reason });
    return moves;
  }
}

function people(): Move[] {
  const random = seeded(20260501);
  return Array.from({ length: 720 }, () => {
    const [portal, luck] = PORTALS[Math.floor(random() ** 1.3 * PORTALS.length)] ?? ['glints', 1];
    return walk(random, now() - Math.floor(random() ** 1.4 * 200), portal, luck);
  }).flat();
}

const quantile = (waits: number[], share: number): number | null =>
  waits.sort((a, b) => a - b)[Math.floor((waits.length - 1) * share)] ?? null;

function ofStage(stage: Stage, all: readonly Move[], moves: readonly Move[]): FunnelStage {
  const to = (sub_state: SubState) =>
    all.filter((one) => one.stage === stage && one.sub_state === sub_state).length;
  const left = all.filter((one) => one.from === stage).length;
  const from = moves.filter((one) => one.from === stage);
  const entered = moves.filter((one) => one.stage === stage && one.from !== stage).length;
  const advanced = from.filter((one) => one.stage !== stage).length;
  const lost = from.length - advanced;
  const waits = from.map((one) => one.waited);
  return {
    stage,
    active: to('ACTIVE') - left,
    rejected: to('REJECTED'),
    resigned: to('RESIGNED'),
    entered,
    advanced,
    lost,
    conversion: advanced + lost > 0 && STAGES.indexOf(stage) < 7 ? advanced / (advanced + lost) : null,
    median_days: quantile(waits, 0.5),
    p90_days: quantile(waits, 0.9),
  };
}

function losses(moves: readonly Move[]): FunnelLoss[] {
  const counted = new Map<string, FunnelLoss>();
  for (const { stage, sub_state, reason } of moves) {
    if (!reason) continue;
    const key = `${stage} ${sub_state} ${reason}`;
    const one = counted.get(key) ?? { stage, sub_state, reason, count: 0 };
    counted.set(key, { ...one, count: one.count + 1 });
  }
  return [...counted.values()].sort((a, b) => b.count - a.count);
}

/** `GET /v1/funnel`; without data, of nobody. */
export function funnel(query: URLSearchParams, empty: boolean): Answer {
  const [as_of, since, portal] = ['as_of', 'since', 'portal'].map((key) => query.get(key));
  const day = (text: string | null | undefined): number => Date.parse(`${text}T00:00:00Z`) / DAY_MS;
  for (const [what, text] of Object.entries({ as_of, since }))
    if (text && Number.isNaN(day(text)))
      return no(400, 'request.invalid', `“${what}” cannot be understood.`, { what, why: 'a day is needed' });
  const until = as_of ? day(as_of) : now();
  const all = empty ? [] : people().filter((one) => one.day <= until && (!portal || one.portal === portal));
  const moves = since ? all.filter((one) => one.day >= day(since)) : all;
  const came = (one: Move): boolean => one.from === null;
  const body: Funnel = {
    as_of: new Date((until + 1) * DAY_MS - 7 * 3_600_000).toISOString(),
    since: since ? new Date(day(since) * DAY_MS - 7 * 3_600_000).toISOString() : null,
    portal: portal ?? null,
    total: all.filter(came).length,
    stages: STAGES.map((stage) => ofStage(stage, all, moves)),
    portals: PORTALS.map(([id]) => id)
      .sort()
      .map((id) => {
        const cameBy = (one: Move): boolean => one.portal === id;
        const stages = STAGES.map((stage) => ofStage(stage, all.filter(cameBy), moves.filter(cameBy)));
        return {
          portal: id,
          total: all.filter((one) => came(one) && cameBy(one)).length,
          entered: stages.map((one) => one.entered),
          conversion: stages.map((one) => one.conversion ?? null),
          advanced: stages.map((one) => one.advanced),
          lost: stages.map((one) => one.lost),
        };
      })
      .filter((one) => one.total > 0),
    losses: losses(moves),
  };
  return ok(body);
}
