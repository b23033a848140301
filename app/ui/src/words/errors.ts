/** Problems in words: by `code` where we know it, else the backend's own English sentence. */
import type { Excluded, Problem } from '../api/types';
import { m } from '../paraglide/messages';
import { excludedWords, roleName } from './codes';
import { bytes, duration, number, time } from './format';

type Params = Readonly<Record<string, string>>;

/** Why an answer about an account is not taken back. */
const answerStays: Readonly<Record<string, () => string>> = {
  erased: m.error_question_kept_erased,
  active: m.error_question_kept_active,
  merged: m.error_question_kept_merged,
  proven: m.error_question_kept_proven,
  later: m.error_question_kept_later,
  elsewhere: m.error_question_kept_elsewhere,
};

const words: Readonly<Record<string, (params: Params) => string>> = {
  offline: () => m.error_offline(),
  unexpected: (p) => m.error_unexpected({ status: p['status'] ?? '?' }),
  internal: () => m.error_internal(),
  'database.not_a_database': (p) => m.error_database_not_a_database({ path: p['path'] ?? '?' }),
  'database.damaged': (p) => m.error_database_damaged({ path: p['path'] ?? '?' }),
  'database.read_only': (p) => m.error_database_read_only({ path: p['path'] ?? '?' }),
  'database.disk_full': (p) => m.error_database_disk_full({ path: p['path'] ?? '?' }),
  'database.cannot_open': (p) => m.error_database_cannot_open({ path: p['path'] ?? '?' }),
  'database.busy': (p) => m.error_database_busy({ path: p['path'] ?? '?' }),
  'database.contended': () => m.error_database_contended(),
  'database.lost': () => m.error_database_lost(),
  busy: () => m.error_busy(),
  'file.not_a_table': (p) => m.error_file_not_a_table({ file: file(p) }),
  'file.empty': (p) => m.error_file_empty({ file: file(p) }),
  'file.truncated': (p) => m.error_file_truncated({ file: file(p) }),
  'file.unfinished': (p) => m.error_file_unfinished({ file: file(p) }),
  'file.encrypted': (p) => m.error_file_encrypted({ file: file(p) }),
  'file.encrypted_archive': (p) => m.error_file_encrypted_archive({ file: file(p) }),
  'file.archive': (p) => m.error_file_archive({ file: file(p), names: p['value'] ?? '?' }),
  'file.declares_entities': (p) => m.error_file_declares_entities({ file: file(p) }),
  'file.too_many_cells': (p) => m.error_file_too_many_cells({ file: file(p), limit: limit(p) }),
  'file.too_slow': (p) => m.error_file_too_slow({ file: file(p), limit: limit(p) }),
  'file.stopped': (p) => m.error_file_stopped({ file: file(p) }),
  'file.too_large': (p) => m.error_file_too_large({ file: file(p), limit: limit(p, bytes) }),
  'file.too_many_columns': (p) => m.error_file_too_many_columns({ file: file(p), limit: limit(p) }),
  'file.too_many_rows': (p) => m.error_file_too_many_rows({ file: file(p), limit: limit(p) }),
  'file.cell_too_long': (p) =>
    m.error_file_cell_too_long({ file: file(p), cell: p['cell'] ?? p['row'] ?? '?' }),
  'file.zip_bomb': (p) => m.error_file_zip_bomb({ file: file(p) }),
  'file.no_header': (p) => m.error_file_no_header({ file: file(p) }),
  'file.one_column': (p) => m.error_file_one_column({ file: file(p), separator: p['value'] ?? '?' }),
  'file.no_rows': (p) => m.error_file_no_rows({ file: file(p) }),
  'file.only_hidden': (p) => m.error_file_only_hidden({ file: file(p), names: p['value'] ?? '?' }),
  'file.no_sheet': (p) => m.error_file_no_sheet({ file: file(p) }),
  'file.unsupported': (p) => m.error_file_unsupported({ file: file(p) }),
  'file.unreadable': (p) => m.error_file_unreadable({ file: file(p) }),
  'file.unknown_portal': () => m.error_portal_unknown(),
  'file.io': (p) => m.error_file_io({ file: file(p) }),
  'import.unknown': () => m.error_import_unknown(),
  'import.state': () => m.error_import_state(),
  'import.needs_mapping': () => m.error_import_needs_mapping(),
  'import.contended': () => m.error_import_contended(),
  'import.cancelled': () => m.error_import_cancelled(),
  'import.scratch': () => m.error_import_scratch(),
  'import.busy': () => m.error_import_busy(),
  'import.interrupted': () => m.error_import_interrupted(),
  'row.unknown': (p) => m.error_row_unknown({ row: p['row'] ?? '?' }),
  'review.unknown': () => m.error_review_unknown(),
  'review.action': (p) => m.error_review_action({ row: p['row'] ?? '?' }),
  'review.decided': () => m.error_review_decided(),
  'duplicates.busy': () => m.error_duplicates_busy(),
  'link.unknown': () => m.error_link_unknown(),
  'link.itself': () => m.error_link_itself(),
  'link.merged': () => m.error_link_merged(),
  'link.apart': () => m.error_link_apart(),
  'link.accounts': () => m.error_link_accounts(),
  'link.reversed': () => m.error_link_reversed(),
  'link.final': () => m.error_link_final(),
  'privacy.asked': () => m.error_privacy_asked(),
  'privacy.kept': () => m.error_privacy_kept(),
  'privacy.row': () => m.error_privacy_row(),
  'link.erased': () => m.error_link_erased(),
  'question.unknown': () => m.error_question_unknown(),
  'question.answered': () => m.error_question_answered(),
  'question.taken': () => m.error_question_taken(),
  'question.open': () => m.error_question_open(),
  'question.kept': (p) => (answerStays[p['why'] ?? ''] ?? m.error_question_kept_elsewhere)(),
  'invitation.no_phone': () => m.error_invitation_no_phone(),
  'invitation.registered': () => m.error_invitation_registered(),
  'account.contended': () => m.error_account_contended(),
  'account.busy': (p) => m.error_account_busy({ wait: wait(p) }),
  'staff.signed_out': () => m.error_staff_signed_out(),
  'staff.role': (p) =>
    m.error_staff_role({ needed: roleName(p['needed'] ?? '?'), role: roleName(p['role'] ?? '?') }),
  'staff.password_due': () => m.error_staff_password_due(),
  'staff.owner': () => m.error_staff_owner(),
  'staff.name': () => m.error_staff_name(),
  'staff.taken': (p) => m.error_staff_taken({ name: p['name'] ?? '?' }),
  'staff.first_is_admin': () => m.error_staff_first_is_admin(),
  'staff.unknown': () => m.error_staff_unknown(),
  'staff.wrong': () => m.error_staff_wrong(),
  'staff.needs_digits': () => m.error_staff_needs_digits(),
  'staff.wrong_digits': () => m.error_staff_wrong_digits(),
  'staff.locked': (p) => m.error_staff_locked({ wait: wait(p) }),
  'staff.second_factor': () => m.error_staff_second_factor(),
  'staff.last_admin': (p) => m.error_staff_last_admin({ name: p['name'] ?? '?' }),
  'password.short': () => m.error_password_short(),
  'password.long': () => m.error_password_long(),
  'password.pattern': () => m.error_password_pattern(),
  'password.common': () => m.error_password_common(),
  'password.same': () => m.error_password_same(),
  'password.name': () => m.error_password_name(),
  'activation.unregistered': () => m.error_activation_unregistered(),
  'activation.contract': () => m.error_activation_contract(),
  'lifecycle.changed': () => m.error_lifecycle_changed(),
  'lifecycle.not_active': () => m.refusal_not_active(),
  'lifecycle.active': () => m.refusal_active(),
  'lifecycle.not_next': () => m.refusal_not_next(),
  'lifecycle.which': () => m.refusal_which(),
  'lifecycle.same': () => m.refusal_same(),
  'lifecycle.no_reason': () => m.refusal_no_reason(),
  'lifecycle.reason': () => m.refusal_reason(),
  'application.unknown': () => m.error_application_unknown(),
  'portal.unknown': () => m.error_portal_unknown(),
  'portal.taken': (p) => m.error_portal_taken({ id: p['id'] ?? '?' }),
  'portal.unfit': () => m.error_portal_unfit(),
  'sample.unknown': () => m.error_sample_unknown(),
  'idempotency.in_progress': () => m.error_busy(),
  'request.invalid': (p) =>
    ['as_of', 'since'].includes(p['what'] ?? '') ? m.error_request_date() : m.error_request_invalid(),
  'request.foreign': () => m.error_request_invalid(),
  'request.too_many': (p) => m.error_request_too_many({ wait: wait(p) }),
  'request.method': () => m.error_request_invalid(),
  'idempotency.key_reused': () => m.error_request_invalid(),
  'team.address': (p) => m.error_team_address({ address: p['address'] ?? '?' }),
  'team.unreachable': (p) => m.error_team_unreachable({ address: p['address'] ?? '?' }),
  'team.not_satu': (p) => m.error_team_not_satu({ address: p['address'] ?? '?' }),
  'campaign.unknown': () => m.error_out_unknown(),
  'template.unknown': () => m.error_out_unknown(),
  'message.unknown': () => m.error_out_unknown(),
  'outreach.text_empty': () => m.error_out_text(),
  'outreach.text_too_long': () => m.error_out_text(),
  'outreach.text_variable': () => m.error_out_text(),
  'outreach.text_brace': () => m.error_out_text(),
  'outreach.text_no_link': () => m.error_out_text(),
  'outreach.name': (p) => m.error_out_name({ most: p['most'] ?? '64' }),
  'outreach.no_link': () => m.error_out_no_link(),
  'outreach.not_approved': () => m.error_out_not_approved(),
  'outreach.unconfigured': () => m.error_out_not_configured(),
  'outreach.approved': (p) =>
    m.error_out_approved({ name: p['name'] ?? '255', language: p['language'] ?? '16' }),
  'outreach.reminders': () => m.error_out_reminders(),
  'outreach.fallback': () => m.error_out_fallback(),
  'outreach.campaign_state': () => m.error_out_campaign_state(),
  'outreach.message_state': () => m.error_out_message_state(),
  'outreach.not_by_hand': () => m.error_out_not_by_hand(),
  'outreach.excluded': (p) =>
    Object.hasOwn(excludedWords, p['why'] ?? '')
      ? m.error_out_excluded_why({ why: excludedWords[p['why'] as Excluded].word() })
      : m.error_out_excluded(),
  'outreach.no_phone': () => m.error_out_no_phone(),
  'outreach.quiet': (p) => m.error_out_quiet({ until: time(p['until']) || '?' }),
  'otp.void': () => m.error_otp_void(),
  'otp.wrong': (p) => m.error_otp_wrong({ left: p['left'] ?? '?' }),
  'otp.too_many': (p) => m.error_otp_wait({ wait: wait(p) }),
  'otp.budget': (p) => m.error_otp_budget({ wait: wait(p) }),
  'otp.no_channel': () => m.error_otp_no_channel(),
  'invitation.void': () => m.error_invitation_void(),
  'account.unknown': () => m.error_account_unknown(),
  'account.exists': () => m.error_account_exists(),
  'account.locked': (p) => m.error_account_locked({ wait: wait(p) }),
  'account.shut': () => m.error_account_shut(),
  'account.second_fact': () => m.error_account_second_fact(),
  'device.new': () => m.error_device_new(),
  'token.invalid': () => m.error_session_over(),
  'session.over': () => m.error_session_over(),
  'consent.missing': () => m.error_consent_missing(),
  'phone.invalid': () => m.error_phone_invalid(),
  'name.invalid': () => m.error_name_invalid(),
  'birth_date.invalid': () => m.error_birth_date_invalid(),
  'pin.wrong': () => m.error_pin_wrong(),
  'pin.not_six_digits': () => m.error_pin_six(),
  'pin.repeats': () => m.error_pin_repeats(),
  'pin.runs': () => m.error_pin_runs(),
  'pin.date': () => m.error_pin_date(),
  'pin.phone': () => m.error_pin_phone(),
  'pin.common': () => m.error_pin_common(),
  'shell.refused': () => m.error_shell_refused(),
  'shell.system': () => m.error_shell_system(),
};

/** A limit as people read it; the backend sends a plain number. */
const limit = (params: Params, say: (n: number) => string = number): string => {
  const n = Number(params['limit']);
  return Number.isFinite(n) ? say(n) : (params['limit'] ?? '?');
};
/** How long to wait; the backend sends seconds. */
const wait = (params: Params): string => {
  const seconds = Number(params['seconds']);
  return Number.isFinite(seconds) ? duration(seconds) : '?';
};
const file = (params: Params): string => params['file'] ?? m.this_file();

/** One sentence for the person; `name` stands in where the problem does not name its file. */
export function problemText(problem: Problem, name?: string): string {
  const params = { ...(name ? { file: name } : {}), ...problem.params };
  return words[problem.code]?.(params) ?? problem.detail;
}

/** The sentence for anything that was thrown. */
export const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'detail' in value;
