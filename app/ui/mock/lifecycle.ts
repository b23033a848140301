/** The mock's lifecycle: the stages, where each leads, and the standard reasons with their words, as the backend tells them. */
import type { Lifecycle, ReasonGroup, Stage, StatusReason } from '../src/api/types.ts';

export const STAGES: readonly Stage[] = [
  'SCREENING',
  'INTERVIEW_HR',
  'PSIKOTEST',
  'INTERVIEW_CM',
  'OFFERING',
  'IN_TRAINING',
  'MCU',
  'ONBOARDED_REGULAR',
  'ONBOARDED_ON_DEMAND',
];

/** Where the way leads from a stage. */
export function next(stage: Stage): Stage[] {
  if (stage === 'MCU') return ['ONBOARDED_REGULAR', 'ONBOARDED_ON_DEMAND'];
  if (stage === 'ONBOARDED_ON_DEMAND') return ['ONBOARDED_REGULAR'];
  return STAGES.slice(STAGES.indexOf(stage) + 1, STAGES.indexOf(stage) + 2);
}

const REASONS: readonly [StatusReason, ReasonGroup, string, string][] = [
  ['new_job', 'resigned', 'Sudah dapat pekerjaan baru', 'Found another job'],
  [
    'family_forbids_work',
    'resigned',
    'Tidak diizinkan bekerja oleh keluarga',
    'Her family does not let her work',
  ],
  ['ill', 'resigned', 'Sedang sakit atau dalam masa pemulihan', 'Ill or recovering'],
  ['benefits', 'resigned', 'Skema benefit kurang menarik', 'The benefits do not appeal to her'],
  ['no_response', 'resigned', 'Tidak ada response', 'No response'],
  ['personal', 'resigned', 'Alasan personal', 'Personal reasons'],
  ['requirements', 'rejected', 'Tidak memenuhi syarat', 'Does not meet the requirements'],
  ['documents', 'rejected', 'Dokumen atau data tidak lengkap', 'Documents or data are incomplete'],
  ['untrue', 'rejected', 'Keterangan tidak benar', 'What she stated is not true'],
  ['absent', 'rejected', 'Tidak hadir', 'Did not come'],
  ['failed_interview_hr', 'rejected', 'Tidak lolos wawancara HR', 'Did not pass the HR interview'],
  ['failed_psikotest', 'rejected', 'Tidak lolos psikotest', 'Did not pass the psychological test'],
  ['failed_interview_cm', 'rejected', 'Tidak lolos wawancara CM', 'Did not pass the CM interview'],
  ['no_agreement', 'rejected', 'Tidak ada kesepakatan', 'No agreement on the terms'],
  ['failed_training', 'rejected', 'Tidak lolos pelatihan', 'Did not pass the training'],
  ['unfit', 'rejected', 'Tidak layak menurut hasil MCU', 'Not fit by the medical check'],
  ['performance', 'rejected', 'Kinerja di bawah standar', 'Her work does not meet the standard'],
  ['returned', 'reopened', 'Kandidat ingin melanjutkan', 'She wants to go on'],
  ['wrong_status', 'corrected', 'Salah memilih status', 'The wrong status was chosen'],
];

/** The reasons that are of one stage only. */
const OWN: Readonly<Partial<Record<StatusReason, readonly Stage[]>>> = {
  requirements: ['SCREENING', 'INTERVIEW_HR'],
  documents: ['SCREENING', 'INTERVIEW_HR', 'OFFERING', 'IN_TRAINING', 'MCU'],
  absent: ['INTERVIEW_HR', 'PSIKOTEST', 'INTERVIEW_CM', 'OFFERING', 'IN_TRAINING', 'MCU'],
  failed_interview_hr: ['INTERVIEW_HR'],
  failed_psikotest: ['PSIKOTEST'],
  failed_interview_cm: ['INTERVIEW_CM'],
  no_agreement: ['OFFERING'],
  failed_training: ['IN_TRAINING'],
  unfit: ['MCU'],
  performance: ['ONBOARDED_REGULAR', 'ONBOARDED_ON_DEMAND'],
};

export const reasons = (stage: Stage, group: ReasonGroup): StatusReason[] =>
  REASONS.filter(([code, of]) => of === group && (OWN[code]?.includes(stage) ?? true)).map(([code]) => code);

export const lifecycle = (): Lifecycle => ({
  stages: STAGES.map((stage) => ({
    stage,
    next: next(stage),
    reject: reasons(stage, 'rejected'),
    resign: reasons(stage, 'resigned'),
    reopen: reasons(stage, 'reopened'),
    correct: reasons(stage, 'corrected'),
  })),
  reasons: REASONS.map(([code, group, id, en]) => ({ code, group, id, en })),
});
