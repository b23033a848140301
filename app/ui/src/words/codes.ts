/**
 * The words of every closed list of codes. Each table is a `Record` over its codes, so that a code which the backend adds
 * is a compile error here until somebody writes its words.
 */
import type {
  Action,
  CampaignState,
  Channel,
  ConsentSource,
  DateOrder,
  EvidenceCode,
  Excluded,
  Field,
  How,
  IdentifierState,
  ImportState,
  KeptWhy,
  MessagePurpose,
  MessageState,
  Network,
  Only,
  Outcome,
  Phase,
  ProblemCode,
  RejectReason,
  RepairCode,
  ReviewReason,
  Role,
  Stage,
  SubState,
} from '../api/types';
import { m } from '../paraglide/messages';

type Words<Code extends string> = Readonly<Record<Code, () => string>>;
export type Tone = 'green' | 'blue' | 'violet' | 'amber' | 'red' | 'grey' | 'accent';

export const fieldWords: Words<Field> = {
  full_name: m.f_full_name,
  first_name: m.f_first_name,
  last_name: m.f_last_name,
  phone: m.f_phone,
  whatsapp: m.f_whatsapp,
  email: m.f_email,
  birth_date: m.f_birth_date,
  gender: m.f_gender,
  location: m.f_location,
  position: m.f_position,
  applied_at: m.f_applied_at,
  education: m.f_education,
  experience: m.f_experience,
  expected_salary: m.f_expected_salary,
  resume_url: m.f_resume_url,
  source_ref: m.f_source_ref,
  portal_status: m.f_portal_status,
  question: m.f_question,
  answer: m.f_answer,
  answer_match: m.f_answer_match,
  extras: m.f_extras,
  ignore: m.f_ignore,
};

export const howWords: Readonly<Record<How, { word: () => string; hint: () => string; tone: Tone }>> = {
  exact: { word: m.how_exact, hint: m.how_exact_hint, tone: 'green' },
  remembered: { word: m.how_remembered, hint: m.how_remembered_hint, tone: 'blue' },
  fuzzy: { word: m.how_fuzzy, hint: m.how_fuzzy_hint, tone: 'amber' },
  manual: { word: m.how_manual, hint: m.how_manual_hint, tone: 'accent' },
  none: { word: m.how_none, hint: m.how_none_hint, tone: 'grey' },
};

export const dateOrderWords: Words<Exclude<DateOrder, 'unambiguous' | 'undecided'>> = {
  day_first: m.date_order_day_first,
  month_first: m.date_order_month_first,
};

/** The outcomes in the order in which they are drawn. */
export const OUTCOMES: readonly Outcome[] = ['new', 'match', 'duplicate', 'repeat', 'review', 'rejected'];
export const outcomeWords: Readonly<Record<Outcome, { word: () => string; hint: () => string; tone: Tone }>> =
  {
    new: { word: m.outcome_new, hint: m.outcome_new_hint, tone: 'green' },
    match: { word: m.outcome_match, hint: m.outcome_match_hint, tone: 'blue' },
    duplicate: { word: m.outcome_duplicate, hint: m.outcome_duplicate_hint, tone: 'violet' },
    repeat: { word: m.outcome_repeat, hint: m.outcome_repeat_hint, tone: 'grey' },
    review: { word: m.outcome_review, hint: m.outcome_review_hint, tone: 'amber' },
    rejected: { word: m.outcome_rejected, hint: m.outcome_rejected_hint, tone: 'red' },
  };

export const reviewReasonWords: Words<ReviewReason> = {
  shared_phone: m.reason_shared_phone,
  shared_email: m.reason_shared_email,
  conflict: m.reason_conflict,
  possible: m.reason_possible,
  closed_application: m.reason_closed_application,
  erased: m.reason_erased,
  employee: m.reason_employee,
};
export const REVIEW_REASONS = Object.keys(reviewReasonWords) as ReviewReason[];
export const rejectReasonWords: Words<RejectReason> = {
  no_name: m.reason_no_name,
  no_contact: m.reason_no_contact,
  not_data: m.reason_not_data,
  cut_off: m.reason_cut_off,
  discarded: m.reason_discarded,
};
export const reasonWords: Words<ReviewReason | RejectReason> = { ...reviewReasonWords, ...rejectReasonWords };
/** The same in a word or two, for a narrow column. */
export const reasonShort: Words<ReviewReason | RejectReason> = {
  shared_phone: m.short_shared_phone,
  shared_email: m.short_shared_email,
  conflict: m.short_conflict,
  possible: m.short_possible,
  closed_application: m.short_closed_application,
  erased: m.short_erased,
  employee: m.short_employee,
  no_name: m.short_no_name,
  no_contact: m.short_no_contact,
  not_data: m.short_not_data,
  cut_off: m.short_cut_off,
  discarded: m.short_discarded,
};
export const reasonWhy: Words<ReviewReason> = {
  shared_phone: m.why_shared_phone,
  shared_email: m.why_shared_email,
  conflict: m.why_conflict,
  possible: m.why_possible,
  closed_application: m.why_closed_application,
  erased: m.why_erased,
  employee: m.why_employee,
};
export const isReviewReason = (reason: string | null | undefined): reason is ReviewReason =>
  reason != null && reason in reviewReasonWords;

export const repairWords: Words<RepairCode> = {
  whitespace: m.repair_whitespace,
  apostrophe: m.repair_apostrophe,
  float_tail: m.repair_float_tail,
  digits: m.repair_digits,
  country_code: m.repair_country_code,
  note: m.repair_note,
  trunk_zero: m.repair_trunk_zero,
  address: m.repair_address,
  joined_name: m.repair_joined_name,
  name_case: m.repair_name_case,
  date: m.repair_date,
  date_serial: m.repair_date_serial,
  time_zone: m.repair_time_zone,
  amount: m.repair_amount,
  link: m.repair_link,
  merged: m.repair_merged,
};

/** `red`: the value is lost or the row is; `amber`: worth a look; `grey`: good to know. */
export const problemWords: Readonly<Record<ProblemCode, { word: () => string; tone: Tone }>> = {
  no_name: { word: m.problem_no_name, tone: 'red' },
  no_contact: { word: m.problem_no_contact, tone: 'red' },
  not_data: { word: m.problem_not_data, tone: 'grey' },
  cut_off: { word: m.problem_cut_off, tone: 'red' },
  masked: { word: m.problem_masked, tone: 'red' },
  digits_lost: { word: m.problem_digits_lost, tone: 'red' },
  shared: { word: m.problem_shared, tone: 'amber' },
  phone_letters: { word: m.problem_phone_letters, tone: 'red' },
  phone_invalid: { word: m.problem_phone_invalid, tone: 'red' },
  phone_not_mobile: { word: m.problem_phone_not_mobile, tone: 'amber' },
  phone_disputed: { word: m.problem_phone_disputed, tone: 'amber' },
  phone_of_another: { word: m.problem_phone_of_another, tone: 'amber' },
  email_invalid: { word: m.problem_email_invalid, tone: 'red' },
  email_relay: { word: m.problem_email_relay, tone: 'grey' },
  placeholder: { word: m.problem_placeholder, tone: 'grey' },
  email_typo: { word: m.problem_email_typo, tone: 'amber' },
  date_invalid: { word: m.problem_date_invalid, tone: 'amber' },
  date_ambiguous: { word: m.problem_date_ambiguous, tone: 'amber' },
  amount_invalid: { word: m.problem_amount_invalid, tone: 'amber' },
  resume_not_link: { word: m.problem_resume_not_link, tone: 'grey' },
  extra_cells: { word: m.problem_extra_cells, tone: 'amber' },
  gender_unknown: { word: m.problem_gender_unknown, tone: 'amber' },
  education_unclear: { word: m.problem_education_unclear, tone: 'amber' },
  status_unknown: { word: m.problem_status_unknown, tone: 'grey' },
  source_ref_reused: { word: m.problem_source_ref_reused, tone: 'amber' },
};

export const evidenceWords: Readonly<Record<EvidenceCode, (values: { a: string; b: string }) => string>> = {
  phone_equal: m.evidence_phone_equal,
  email_equal: m.evidence_email_equal,
  name_equal: () => m.evidence_name_equal(),
  name_similar: m.evidence_name_similar,
  name_different: m.evidence_name_different,
  birth_date_equal: m.evidence_birth_date_equal,
  birth_date_different: m.evidence_birth_date_different,
  location_equal: m.evidence_location_equal,
  phone_tail_equal: m.evidence_phone_tail_equal,
};

/** The keys 1..4 and 0, in this order. */
export const ACTIONS: readonly Exclude<Action, 'later'>[] = ['same', 'different', 'shared', 'discard'];
export const actionWords: Readonly<
  Record<Action, { word: () => string; hint: () => string; decided: () => string }>
> = {
  same: { word: m.action_same, hint: m.action_same_hint, decided: m.decided_same },
  different: { word: m.action_different, hint: m.action_different_hint, decided: m.decided_different },
  shared: { word: m.action_shared, hint: m.action_shared_hint, decided: m.decided_shared },
  discard: { word: m.action_discard, hint: m.action_discard_hint, decided: m.decided_discard },
  later: { word: m.action_later, hint: m.action_later_hint, decided: m.decided_later },
};

export const stateWords: Readonly<Record<ImportState, { word: () => string; tone: Tone }>> = {
  reading: { word: m.state_reading, tone: 'blue' },
  ready: { word: m.state_ready, tone: 'amber' },
  deciding: { word: m.state_deciding, tone: 'blue' },
  committing: { word: m.state_committing, tone: 'blue' },
  committed: { word: m.state_committed, tone: 'green' },
  undoing: { word: m.state_undoing, tone: 'blue' },
  undone: { word: m.state_undone, tone: 'grey' },
  failed: { word: m.state_failed, tone: 'red' },
  discarded: { word: m.state_discarded, tone: 'grey' },
};
export const phaseWords: Words<Phase> = {
  reading: m.phase_reading,
  planning: m.phase_planning,
  deciding: m.phase_deciding,
  committing: m.phase_committing,
  undoing: m.phase_undoing,
};
export const keptWords: Words<KeptWhy> = {
  other_source: m.kept_other_source,
  advanced: m.kept_advanced,
  linked: m.kept_linked,
  edited: m.kept_edited,
  merged: m.kept_merged,
  messaged: m.kept_messaged,
};
export const onlyWords: Words<Only> = {
  undecided: m.only_undecided,
  problems: m.only_problems,
  repairs: m.only_repairs,
  edited: m.only_edited,
};
export const ONLY = Object.keys(onlyWords) as Only[];

export const stageWords: Words<Stage> = {
  SCREENING: m.stage_screening,
  INTERVIEW_HR: m.stage_interview_hr,
  PSIKOTEST: m.stage_psikotest,
  INTERVIEW_CM: m.stage_interview_cm,
  OFFERING: m.stage_offering,
  IN_TRAINING: m.stage_in_training,
  MCU: m.stage_mcu,
  ONBOARDED_REGULAR: m.stage_onboarded_regular,
  ONBOARDED_ON_DEMAND: m.stage_onboarded_on_demand,
};
export const STAGES = Object.keys(stageWords) as Stage[];
export const subStateWords: Readonly<Record<SubState, { word: () => string; tone: Tone }>> = {
  ACTIVE: { word: m.sub_active, tone: 'green' },
  REJECTED: { word: m.sub_rejected, tone: 'red' },
  RESIGNED: { word: m.sub_resigned, tone: 'grey' },
};
export const SUB_STATES = Object.keys(subStateWords) as SubState[];
/** A history record of another time may hold a word that is no stage any more: it is shown as it stands. */
export const stageName = (stage: string): string => stageWords[stage as Stage]?.() ?? stage;
export const subStateOf = (state: string): { word: () => string; tone: Tone } =>
  subStateWords[state as SubState] ?? { word: () => state, tone: 'grey' };
export const identifierWords: Readonly<Record<IdentifierState, { word: () => string; tone: Tone }>> = {
  key: { word: m.identifier_key, tone: 'green' },
  shared: { word: m.identifier_shared, tone: 'violet' },
  contact: { word: m.identifier_contact, tone: 'grey' },
};

export const roleWords: Readonly<Record<Role, { word: () => string; hint: () => string; tone: Tone }>> = {
  viewer: { word: m.role_viewer, hint: m.role_viewer_hint, tone: 'grey' },
  recruiter: { word: m.role_recruiter, hint: m.role_recruiter_hint, tone: 'blue' },
  admin: { word: m.role_admin, hint: m.role_admin_hint, tone: 'accent' },
};
/** A role of another time is shown as it stands. */
export const roleName = (role: string): string => roleWords[role as Role]?.word() ?? role;

/** Why a change of status is refused. */
const REFUSALS: Readonly<Record<string, () => string>> = {
  'lifecycle.not_active': m.refusal_not_active,
  'lifecycle.active': m.refusal_active,
  'lifecycle.not_next': m.refusal_not_next,
  'lifecycle.which': m.refusal_which,
  'lifecycle.same': m.refusal_same,
  'lifecycle.no_reason': m.refusal_no_reason,
  'lifecycle.reason': m.refusal_reason,
};
export const refusalWords = (code: string): string => REFUSALS[code]?.() ?? code;

export const campaignWords: Readonly<Record<CampaignState, { word: () => string; tone: Tone }>> = {
  filling: { word: m.cstate_filling, tone: 'blue' },
  running: { word: m.cstate_running, tone: 'green' },
  paused: { word: m.cstate_paused, tone: 'amber' },
  cancelled: { word: m.cstate_cancelled, tone: 'grey' },
  done: { word: m.cstate_done, tone: 'accent' },
};
export const channelWords: Readonly<Record<Channel, { word: () => string; hint: () => string }>> = {
  wa_me: { word: m.channel_wa_me, hint: m.channel_wa_me_hint },
  whatsapp: { word: m.channel_whatsapp, hint: m.channel_whatsapp_hint },
  twilio: { word: m.channel_twilio, hint: m.channel_sms_hint },
  zenziva: { word: m.channel_zenziva, hint: m.channel_sms_hint },
  vonage: { word: m.channel_vonage, hint: m.channel_sms_hint },
  file: { word: m.channel_file, hint: m.channel_file_hint },
};
export const networkWords: Words<Network> = {
  whatsapp: m.network_whatsapp,
  sms: m.network_sms,
  file: m.network_file,
};
export const CHANNELS = Object.keys(channelWords) as Channel[];
export const messageWords: Readonly<
  Record<MessageState, { word: () => string; hint: () => string; tone: Tone }>
> = {
  queued: { word: m.mstate_queued, hint: m.mstate_queued_hint, tone: 'grey' },
  sending: { word: m.mstate_sending, hint: m.mstate_sending_hint, tone: 'grey' },
  opened: { word: m.mstate_opened, hint: m.mstate_opened_hint, tone: 'blue' },
  accepted: { word: m.mstate_accepted, hint: m.mstate_accepted_hint, tone: 'blue' },
  sent: { word: m.mstate_sent, hint: m.mstate_sent_hint, tone: 'blue' },
  delivered: { word: m.mstate_delivered, hint: m.mstate_delivered_hint, tone: 'green' },
  read: { word: m.mstate_read, hint: m.mstate_read_hint, tone: 'green' },
  failed: { word: m.mstate_failed, hint: m.mstate_failed_hint, tone: 'red' },
  uncertain: { word: m.mstate_uncertain, hint: m.mstate_uncertain_hint, tone: 'amber' },
  dropped: { word: m.mstate_dropped, hint: m.mstate_dropped_hint, tone: 'violet' },
};
export const purposeWords: Words<MessagePurpose> = {
  invitation: m.purpose_invitation,
  reminder: m.purpose_reminder,
  fallback: m.purpose_fallback,
};
/** Why somebody is not messaged, in the order in which it is told. */
export const excludedWords: Readonly<
  Record<Excluded, { word: () => string; hint: () => string; tone: Tone }>
> = {
  registered: { word: m.excluded_registered, hint: m.excluded_registered_hint, tone: 'green' },
  invited_before: { word: m.excluded_invited_before, hint: m.excluded_invited_before_hint, tone: 'blue' },
  opted_out: { word: m.excluded_opted_out, hint: m.excluded_opted_out_hint, tone: 'violet' },
  shared: { word: m.excluded_shared, hint: m.excluded_shared_hint, tone: 'amber' },
  no_mobile: { word: m.excluded_no_mobile, hint: m.excluded_no_mobile_hint, tone: 'red' },
  undeliverable: { word: m.excluded_undeliverable, hint: m.excluded_undeliverable_hint, tone: 'red' },
  closed: { word: m.excluded_closed, hint: m.excluded_closed_hint, tone: 'grey' },
  gone: { word: m.excluded_gone, hint: m.excluded_gone_hint, tone: 'grey' },
};
export const EXCLUDED = Object.keys(excludedWords) as Excluded[];
export const consentWords: Words<ConsentSource> = {
  webhook: m.source_webhook,
  provider: m.source_provider,
  staff: m.source_staff,
  registration: m.source_registration,
  account: m.source_account,
  import: m.source_import,
};
