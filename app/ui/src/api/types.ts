/**
 * The values of the staff HTTP API (base path `/v1`, JSON, snake_case).
 *
 * The one place where the app says what the backend sends. Once `docs/openapi.json` exists, `npm run api` writes
 * `schema.gen.ts`, and each type here becomes an alias of `components['schemas'][…]`; nothing else changes.
 */

export type Field =
  | 'full_name'
  | 'first_name'
  | 'last_name'
  | 'phone'
  | 'whatsapp'
  | 'email'
  | 'birth_date'
  | 'gender'
  | 'location'
  | 'position'
  | 'applied_at'
  | 'education'
  | 'experience'
  | 'expected_salary'
  | 'resume_url'
  | 'source_ref'
  | 'portal_status'
  | 'question'
  | 'answer'
  | 'answer_match'
  | 'extras'
  | 'ignore';
/** How a column got its field; `fuzzy` is a suggestion that is not used until HR confirms it. */
export type How = 'exact' | 'remembered' | 'fuzzy' | 'manual' | 'none';
export type DateOrder = 'day_first' | 'month_first' | 'unambiguous' | 'undecided';
export type Outcome = 'new' | 'repeat' | 'duplicate' | 'match' | 'review' | 'rejected';
export type ReviewReason =
  'shared_phone' | 'shared_email' | 'conflict' | 'possible' | 'closed_application' | 'employee';
export type RejectReason = 'no_name' | 'no_contact' | 'not_data' | 'discarded';
export type Action = 'same' | 'different' | 'shared' | 'discard' | 'later';

export type RepairCode =
  | 'whitespace'
  | 'apostrophe'
  | 'float_tail'
  | 'digits'
  | 'country_code'
  | 'note'
  | 'trunk_zero'
  | 'address'
  | 'joined_name'
  | 'name_case'
  | 'date'
  | 'date_serial'
  | 'time_zone'
  | 'amount';
export type ProblemCode =
  | 'no_name'
  | 'no_contact'
  | 'not_data'
  | 'masked'
  | 'shared'
  | 'digits_lost'
  | 'phone_letters'
  | 'phone_invalid'
  | 'phone_not_mobile'
  | 'phone_disputed'
  | 'email_invalid'
  | 'email_relay'
  | 'placeholder'
  | 'email_typo'
  | 'date_invalid'
  | 'date_ambiguous'
  | 'amount_invalid'
  | 'resume_not_link'
  | 'extra_cells'
  | 'gender_unknown'
  | 'source_ref_reused';

/** RFC 9457. The app's words hang on `code` and `params`; `detail` is what is shown for a code it does not know. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  params?: Record<string, string>;
}

export interface ColumnMapping {
  /** The first column is 1. */
  column: number;
  header: string;
  field: Field;
  how: How;
  /** 0..1 */
  score: number;
  group?: number;
  date_order?: DateOrder;
}
export interface MappedColumn extends ColumnMapping {
  /** Up to five distinct cells that are not empty. */
  samples: string[];
}
export type Counts = Record<Outcome, number>;
export type Phase = 'reading' | 'planning' | 'committing' | 'undoing';
export interface Progress {
  phase: Phase;
  /** Rows. */
  done: number;
  /** Rows; null while nobody knows. */
  total: number | null;
}
export type ImportState =
  'reading' | 'ready' | 'committing' | 'committed' | 'undoing' | 'undone' | 'failed' | 'discarded';
export type KeptWhy = 'other_source' | 'advanced' | 'linked' | 'edited';
export interface UndoResult {
  removed: number;
  /** Applications of other imports that lost a source only. */
  detached: number;
  /** How many stay; `kept` names the first of them. */
  kept_total: number;
  kept: { application: string; full_name: string; why: KeptWhy }[];
}
export interface Import {
  id: string;
  file: string;
  sha256: string;
  bytes: number;
  container: string;
  notes: string[];
  portal: string;
  /** 0..1 */
  confidence: number;
  /** English; the app says it in its own words. */
  confidence_reason: string;
  candidates: { portal: string; confidence: number; reason: string }[];
  sheet: string | null;
  sheets: string[];
  header_row: number;
  mapping: MappedColumn[];
  /** Commit is refused until HR confirms the mapping. */
  needs_mapping: boolean;
  state: ImportState;
  progress: Progress | null;
  rows: number;
  counts: Counts;
  /** Review rows without a decision. */
  undecided: number;
  /** After commit: review rows that are still in the queue. */
  waiting: number;
  problem: Problem | null;
  undo: UndoResult | null;
  created_at: string;
  created_by: string;
  committed_at: string | null;
  undone_at: string | null;
}
export interface PhoneReading {
  raw: string;
  value: string | null;
  repairs: RepairCode[];
  usable: boolean;
  problem?: ProblemCode;
}
export interface EmailReading extends PhoneReading {
  suggestion?: string;
}
export interface Answer {
  question: string;
  answer?: string;
  match?: string;
}
export interface Fields {
  full_name?: string;
  phone?: string;
  email?: string;
  /** `YYYY-MM-DD` */
  birth_date?: string;
  gender?: 'female' | 'male';
  location?: string;
  position?: string;
  /** `YYYY-MM-DD`, or with a time and `+07:00`. */
  applied_at?: string;
  education?: string;
  experience?: string;
  /** Rupiah a month. */
  expected_salary?: number;
  expected_salary_max?: number;
  resume_url?: string;
  source_ref?: string;
  portal_status?: string;
  answers?: Answer[];
  extras?: Record<string, string>;
}
export type EvidenceCode =
  | 'phone_equal'
  | 'email_equal'
  | 'name_equal'
  | 'name_similar'
  | 'name_different'
  | 'birth_date_equal'
  | 'birth_date_different'
  | 'location_equal'
  | 'phone_tail_equal';
export interface Evidence {
  code: EvidenceCode;
  weight: 'for' | 'against';
  /** This row's value. */
  a: string;
  /** The other's value. */
  b: string;
}
/** The other person: an application in the store, or an earlier row of this file. */
export interface Match {
  application: string | null;
  row: number | null;
  fields: Fields;
  portal: string | null;
  stage: Stage | null;
  sub_state: SubState | null;
  evidence: Evidence[];
}
export interface Decision {
  action: Action;
  application: string | null;
  by: string;
  at: string;
}
export interface RowRepair {
  code: RepairCode;
  column: number;
  from: string;
  to: string;
}
export interface RowProblem {
  code: ProblemCode;
  column?: number;
  value?: string;
  message: string;
}
export interface ImportRow {
  /** The number that a person sees in the spreadsheet. */
  row: number;
  outcome: Outcome;
  reason: ReviewReason | RejectReason | null;
  decision: Decision | null;
  edited: boolean;
  /** Raw, in column order. */
  cells: string[];
  fields: Fields;
  phones: PhoneReading[];
  emails: EmailReading[];
  repairs: RowRepair[];
  problems: RowProblem[];
  matches: Match[];
  /** After commit: where it went. */
  application: string | null;
}
export type Stage =
  | 'SCREENING'
  | 'INTERVIEW_HR'
  | 'PSIKOTEST'
  | 'INTERVIEW_CM'
  | 'OFFERING'
  | 'IN_TRAINING'
  | 'MCU'
  | 'ONBOARDED_REGULAR'
  | 'ONBOARDED_ON_DEMAND';
export type SubState = 'ACTIVE' | 'REJECTED' | 'RESIGNED';
export interface Source {
  portal: string;
  source_ref: string | null;
  batch: string | null;
  file: string | null;
  sheet: string | null;
  row: number | null;
  added_at: string;
}
export interface ApplicationSummary {
  id: string;
  full_name: string;
  phone: string | null;
  email: string | null;
  location: string | null;
  position: string | null;
  applied_at: string | null;
  stage: Stage;
  sub_state: SubState;
  user_id: string | null;
  portals: string[];
  created_at: string;
}
export type IdentifierState = 'key' | 'shared' | 'contact';
export interface Identifier {
  kind: 'phone' | 'email';
  value: string;
  raw: string;
  state: IdentifierState;
}
export interface Application extends Fields {
  id: string;
  /** Where she came from first. */
  portal: string;
  stage: Stage;
  sub_state: SubState;
  user_id: string | null;
  identifiers: Identifier[];
  sources: Source[];
  created_at: string;
}
export interface HistoryRecord {
  seq: number;
  stage: string;
  sub_state: string;
  reasons: string[];
  actor: string;
  at: string;
}
/** A row that waits in the queue after commit; the id is `<batch>:<row>`. */
export interface Review {
  id: string;
  batch: string;
  file: string;
  portal: string;
  columns: MappedColumn[];
  row: ImportRow;
}
export interface Portal {
  id: string;
  name: string;
  columns: { field: Field; aliases: string[] }[];
  builtin: boolean;
}
export interface Sample {
  name: string;
  portal: string;
  title: string;
}
export interface Meta {
  version: string;
  shell: 'web' | 'desktop';
  database: string;
  actor: string;
}
export type Only = 'problems' | 'repairs' | 'edited' | 'undecided';

export interface UploadParams {
  portal?: string;
  sheet?: string;
  header_row?: number;
}
export interface MappingChange {
  portal?: string;
  sheet?: string;
  header_row?: number;
  columns?: { column: number; field: Field; date_order?: DateOrder }[];
  remember: boolean;
}
export interface DecisionRequest {
  action: Action;
  rows?: number[];
  class?: { reason: ReviewReason };
  application?: string;
}
export interface Page<T> {
  items: T[];
  next: string | null;
  total: number;
}
export interface ApplicationFilters {
  q?: string;
  portal?: string;
  stage?: string;
  sub_state?: string;
  batch?: string;
}

/* The paths, in the shape that openapi-typescript writes and openapi-fetch reads. */

type Params<P, Q> = {
  query?: Q;
  header?: never;
  cookie?: never;
} & ([P] extends [never] ? { path?: never } : { path: P });
interface Answers<R> {
  responses: {
    200: { headers: Record<string, unknown>; content: { 'application/json': R } };
    default: { headers: Record<string, unknown>; content: { 'application/problem+json': Problem } };
  };
}
type Read<R, P = never, Q = never> = { parameters: Params<P, Q> } & Answers<R>;
type Write<R, B, P = never> = {
  parameters: Params<P, never>;
  requestBody: { content: { 'application/json': B } };
} & Answers<R>;
type Do<R, P> = { parameters: Params<P, never>; requestBody?: never } & Answers<R>;
interface Paging {
  cursor?: string;
  limit?: number;
}
type Id = { id: string };
type RowId = { id: string; row: number };

export interface paths {
  '/v1/meta': { get: Read<Meta> };
  '/v1/portals': { get: Read<{ items: Portal[] }> };
  '/v1/samples': { get: Read<{ items: Sample[] }> };
  '/v1/samples/{name}/import': { post: Do<Import, { name: string }> };
  '/v1/imports': { get: Read<{ items: Import[]; next: string | null }, never, Paging> };
  '/v1/imports/{id}': { get: Read<Import, Id>; delete: Do<undefined, Id> };
  '/v1/imports/{id}/mapping': { put: Write<Import, MappingChange, Id> };
  '/v1/imports/{id}/rows': {
    get: Read<
      { items: ImportRow[]; total: number; offset: number },
      Id,
      {
        offset?: number;
        limit?: number;
        outcome?: Outcome;
        reason?: ReviewReason | RejectReason;
        only?: Only;
        q?: string;
      }
    >;
  };
  '/v1/imports/{id}/rows/{row}': {
    get: Read<ImportRow, RowId>;
    patch: Write<ImportRow, { cells: Record<string, string> }, RowId>;
  };
  '/v1/imports/{id}/decisions': { post: Write<{ decided: number; import: Import }, DecisionRequest, Id> };
  '/v1/imports/{id}/commit': { post: Do<Import, Id> };
  '/v1/imports/{id}/cancel': { post: Do<Import, Id> };
  '/v1/imports/{id}/undo': { post: Do<Import, Id> };
  '/v1/reviews': {
    get: Read<Page<Review>, never, Paging & { reason?: ReviewReason; portal?: string }>;
  };
  '/v1/reviews/{id}': { get: Read<Review, Id> };
  '/v1/reviews/{id}/decision': { post: Write<Review, { action: Action; application?: string }, Id> };
  '/v1/applications': {
    get: Read<Page<ApplicationSummary>, never, Paging & ApplicationFilters>;
  };
  '/v1/applications/{id}': { get: Read<Application, Id> };
  '/v1/applications/{id}/history': { get: Read<{ items: HistoryRecord[] }, Id> };
}
