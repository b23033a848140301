import { describe, expect, it } from 'vitest';
import type { FunnelLoss, FunnelStage, Stage, StatusReason, SubState } from '../../api/types';
import { heat, lossesBy, reach, standing, sums, widest, width } from './shares';

const stage = (name: Stage, active: number, rejected = 0, resigned = 0, entered = 0): FunnelStage => ({
  stage: name,
  active,
  rejected,
  resigned,
  entered,
  advanced: 0,
  lost: 0,
});
const stages = [
  stage('SCREENING', 4, 2, 1, 12),
  stage('INTERVIEW_HR', 3, 1, 0, 5),
  stage('ONBOARDED_REGULAR', 6, 0, 2, 8),
  stage('ONBOARDED_ON_DEMAND', 1, 0, 0, 1),
];

describe('the bars', () => {
  it('are on one scale, whether people stand there or came through', () => {
    expect(stages.map(standing)).toEqual([7, 4, 8, 1]);
    expect(widest(stages)).toBe(12);
    expect(widest([stage('SCREENING', 20, 0, 0, 3)])).toBe(20);
  });
  it('have a scale where there is nobody', () => expect(widest([stage('SCREENING', 0)])).toBe(1));
  it.each([
    [3, 12, 25],
    [0, 12, 0],
    [15, 12, 100],
    [-1, 12, 0],
    [3, 0, 0],
  ])('%d of %d is %d percent wide', (n, whole, percent) => expect(width(n, whole)).toBe(percent));
});

it('those on the way, those who arrived and those who fell are told apart', () =>
  expect(sums({ stages })).toEqual({ running: 7, mitra: 7, gone: 6 }));

describe('losses', () => {
  const loss = (at: Stage, sub_state: SubState, reason: StatusReason, count: number): FunnelLoss => ({
    stage: at,
    sub_state,
    reason,
    count,
  });
  const all = [
    loss('MCU', 'REJECTED', 'unfit', 5),
    loss('SCREENING', 'RESIGNED', 'new_job', 2),
    loss('SCREENING', 'REJECTED', 'documents', 3),
  ];
  const order: Stage[] = ['SCREENING', 'INTERVIEW_HR', 'MCU'];
  const told = (lost: 'all' | 'REJECTED' | 'RESIGNED') =>
    lossesBy(all, order, lost).map((one) => [one.stage, one.count, one.losses.map(({ reason }) => reason)]);

  it('go by stage, the most frequent first', () =>
    expect(told('all')).toEqual([
      ['SCREENING', 5, ['documents', 'new_job']],
      ['MCU', 5, ['unfit']],
    ]));
  it('of one kind leave the others out', () =>
    expect(told('RESIGNED')).toEqual([['SCREENING', 2, ['new_job']]]));
});

describe('a portal', () => {
  it('is told by how far its people got', () => expect(reach({ entered: [10, 5, 0] })).toEqual([1, 0.5, 0]));
  it('without a first stage has no share', () => expect(reach({ entered: [0, 2] })).toEqual([null, null]));
  it.each([
    [null, 0],
    [0.5, 19],
    [1, 38],
    [4, 38],
  ])('a share of %d is %d percent of its colour', (share, percent) => expect(heat(share)).toBe(percent));
});
