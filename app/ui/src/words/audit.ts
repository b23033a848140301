/**
 * What was done, in words. The table is a `Record` over the routes that the audit log keeps, so that a route which the backend adds is a
 * compile error here until somebody writes its words; a record of another time may name one that is gone: it is shown as it stands.
 * What is done of the team, and signing in, is kept under names of its own, on the command line too.
 */
import type { AuditRecord, paths } from '../api/types';
import { m } from '../paraglide/messages';
import { roleName, type Tone } from './codes';
import { deviceName } from './device';

type Changes = 'post' | 'put' | 'patch' | 'delete';
type Changing = {
  [Path in keyof paths]: {
    [Method in Changes]: undefined extends paths[Path][Method] ? never : `${Uppercase<Method>} ${Path}`;
  }[Changes];
}[keyof paths];
/** What candidates do stands in no log of the staff’s; signing in is kept under a name of its own. */
type NotKept =
  | `POST /v1/${'otp' | 'register' | 'login' | 'logout' | 'pin' | 'token/refresh' | 'staff/session'}`
  | `${string} /v1/me/${string}`;
/** What changes nothing and is kept all the same: people’s data that somebody opened or took away. */
type Looked =
  | '/v1/applications'
  | `/v1/applications/{id}${'' | '/history' | '/links' | '/messages' | '/consents' | '/personal-data' | '/accesses'}`
  | '/v1/outreach/campaigns/{id}/export'
  | `/v1/imports/{id}/${'rows' | 'rows/{row}' | 'rejected'}`
  | '/v1/accounts/{id}/personal-data'
  | '/v1/accounts/questions'
  | '/v1/reviews/{id}'
  | '/v1/exports/applications'
  | '/v1/audit';
export type Deed = Exclude<Changing, NotKept> | `GET ${Looked}`;

const words: Readonly<Record<Deed, () => string>> = {
  'POST /v1/imports': m.did_import_upload,
  'DELETE /v1/imports/{id}': m.did_import_discard,
  'PUT /v1/imports/{id}/mapping': m.did_import_map,
  'POST /v1/imports/{id}/commit': m.did_import_commit,
  'POST /v1/imports/{id}/cancel': m.did_import_cancel,
  'POST /v1/imports/{id}/undo': m.did_import_undo,
  'GET /v1/imports/{id}/rejected': m.did_import_rejected,
  'POST /v1/samples/{name}/import': m.did_import_sample,
  'PATCH /v1/imports/{id}/rows/{row}': m.did_row_edit,
  'GET /v1/imports/{id}/rows': m.did_row_find,
  'GET /v1/imports/{id}/rows/{row}': m.did_row_open,
  'POST /v1/imports/{id}/decisions': m.did_row_decide,
  'GET /v1/reviews/{id}': m.did_review_open,
  'POST /v1/reviews/{id}/decision': m.did_review_decide,
  'GET /v1/applications': m.did_application_find,
  'GET /v1/applications/{id}': m.did_application_open,
  'GET /v1/applications/{id}/history': m.did_application_history,
  'GET /v1/applications/{id}/links': m.did_application_links,
  'GET /v1/applications/{id}/personal-data': m.did_privacy_export,
  'GET /v1/applications/{id}/accesses': m.did_privacy_accesses,
  'GET /v1/applications/{id}/consents': m.did_privacy_consents,
  'POST /v1/applications/{id}/erase': m.did_privacy_erase,
  'POST /v1/imports/{id}/rows/{row}/erase': m.did_privacy_erase,
  'GET /v1/accounts/{id}/personal-data': m.did_privacy_export,
  'POST /v1/accounts/{id}/erase': m.did_privacy_erase,
  'GET /v1/exports/applications': m.did_application_export,
  'POST /v1/applications/{id}/transitions': m.did_application_move,
  'POST /v1/transitions': m.did_application_move_all,
  'POST /v1/applications/{id}/invitations': m.did_application_invite,
  'GET /v1/accounts/questions': m.did_account_questions,
  'POST /v1/accounts/questions/{id}/answer': m.did_account_answer,
  'POST /v1/accounts/questions/{id}/reversal': m.did_account_take_back,
  'POST /v1/applications/{id}/links': m.did_link,
  'POST /v1/links/{id}/reversal': m.did_link_reverse,
  'POST /v1/duplicates/search': m.did_duplicates_search,
  'POST /v1/duplicates/cancel': m.did_duplicates_cancel,
  'POST /v1/portals': m.did_portal_save,
  'POST /v1/staff': m.did_staff_add,
  'PATCH /v1/staff/{id}': m.did_staff_change,
  'POST /v1/staff/{id}/reset': m.did_staff_reset,
  'GET /v1/audit': m.did_audit_read,
  'DELETE /v1/staff/session': m.did_sign_out,
  'DELETE /v1/staff/sessions/{id}': m.did_session_end,
  'POST /v1/staff/password': m.did_password,
  'POST /v1/staff/second-factor/offer': m.did_codes_offer,
  'POST /v1/staff/second-factor': m.did_codes_begin,
  'POST /v1/staff/second-factor/end': m.did_codes_end,
  'PUT /v1/applications/{id}/activation': m.did_activation,
  'POST /v1/outreach/templates': m.did_out_template,
  'POST /v1/outreach/preview': m.did_out_preview,
  'POST /v1/outreach/preview/people': m.did_out_preview,
  'POST /v1/outreach/campaigns': m.did_out_campaign,
  'POST /v1/outreach/campaigns/{id}/pause': m.did_out_pause,
  'POST /v1/outreach/campaigns/{id}/resume': m.did_out_resume,
  'POST /v1/outreach/campaigns/{id}/cancel': m.did_out_cancel,
  'POST /v1/outreach/campaigns/{id}/next-chat': m.did_out_open,
  'POST /v1/outreach/messages/{id}/open': m.did_out_open,
  'POST /v1/outreach/messages/{id}/judge': m.did_out_judge,
  'GET /v1/applications/{id}/messages': m.did_out_thread,
  'GET /v1/outreach/campaigns/{id}/export': m.did_out_export,
  'PUT /v1/applications/{id}/consent': m.did_out_consent,
};
/** Of whom, and what she may do then: `budi viewer`. */
const named = (target: string): { name: string; role: string } => {
  const [name = '', role = ''] = target.split(' ', 2);
  return { name, role: roleName(role) };
};
/** What is kept under a name of its own: of the team, where the target says of whom or on which device, and erasures. */
const ofItsOwn: Readonly<Record<string, (target: string) => string>> = {
  'staff.add': (target) => m.did_team_add(named(target)),
  'staff.role': (target) => m.did_team_role(named(target)),
  'staff.reset': (name) => m.did_team_reset({ name }),
  'staff.disable': (name) => m.did_team_disable({ name }),
  'staff.enable': (name) => m.did_team_enable({ name }),
  'privacy.erase asked': m.did_privacy_erased_asked,
  'privacy.erase withdrawn': m.did_privacy_erased_withdrawn,
  'privacy.erase retention': m.did_privacy_erased_retention,
  'privacy.purge': m.did_privacy_purged,
  'staff.sign_in': (device) => m.did_team_sign_in({ device: deviceName(device) }),
};

export function deedWords({ action, target }: Pick<AuditRecord, 'action' | 'target'>): string {
  if (Object.hasOwn(words, action)) return words[action as Deed]();
  return Object.hasOwn(ofItsOwn, action) ? (ofItsOwn[action]?.(target) ?? action) : action;
}

/** What came of it. */
export function outcomeOf(status: AuditRecord['status']): { word: () => string; tone: Tone } {
  if (status == null) return { word: m.audit_unknown, tone: 'grey' };
  if (status < 400) return { word: m.audit_ok, tone: 'green' };
  return status < 500 ? { word: m.audit_refused, tone: 'amber' } : { word: m.audit_failed, tone: 'red' };
}

export interface Subject {
  kind: 'application' | 'import' | 'staff';
  id: string;
}
const KINDS = { applications: 'application', imports: 'import', staff: 'staff' } as const;

/** Whom or what a path is about, where that can be opened or named. */
export function subjectOf(target: string): Subject | null {
  const found =
    /^\/v1\/(applications|imports|staff)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\/|$)/i.exec(
      target,
    );
  return found ? { kind: KINDS[found[1] as keyof typeof KINDS], id: found[2] ?? '' } : null;
}
