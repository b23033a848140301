/** What those who work here ask for. Everything above it calls `api.…` and catches `ApiError`. */
import { platform, type PickedFile } from '../platform';
import type {
  AccountAnswer,
  AccountQuestionsFilter,
  Action,
  ApplicationFilters,
  AuditFilter,
  BulkTransitionRequest,
  Chat,
  DecisionRequest,
  DuplicatesFilter,
  ErasureRequest,
  FunnelFilter,
  Import,
  Link,
  LinkRequest,
  MappingChange,
  MemberChange,
  MessageFilter,
  NewCampaign,
  NewMember,
  NewPortal,
  NewTemplate,
  PeopleRequest,
  PreviewRequest,
  ReviewFilter,
  RowFilter,
  SignIn,
  UploadParams,
  Verdict,
} from './types';
import { act, client, value } from './transport';

/** The parameters of an act on one thing. */
const keyed = <Path>(key: string, path: Path) => ({ params: { path, header: { 'Idempotency-Key': key } } });

const at = (id: string) => ({ params: { path: { id } } });

/** Leaves out what is empty, so that the address carries only what filters. */
const present = <T extends object>(query: T): T =>
  Object.fromEntries(Object.entries(query).filter(([, v]) => v !== undefined && v !== '')) as T;

export const api = {
  meta: () => value(client.GET('/v1/meta', {})),
  portals: () => value(client.GET('/v1/portals', {})),
  savePortal: (body: NewPortal) =>
    act((key) => client.POST('/v1/portals', { body, params: { header: { 'Idempotency-Key': key } } })),
  samples: () => value(client.GET('/v1/samples', {})),
  importSample: (name: string) =>
    act((key) => client.POST('/v1/samples/{name}/import', keyed(key, { name }))),

  upload: (file: PickedFile, params: UploadParams = {}): Promise<Import> =>
    act(async (key) => {
      const response = await platform.upload(file, params, key);
      const body: unknown = await response.json().catch(() => null);
      return response.ok ? { data: body as Import, response } : { error: body, response };
    }),

  imports: (cursor?: string) =>
    value(client.GET('/v1/imports', { params: { query: present({ cursor, limit: 50 }) } })),
  import: (id: string) => value(client.GET('/v1/imports/{id}', at(id))),
  discard: (id: string) => value(client.DELETE('/v1/imports/{id}', at(id))),
  map: (id: string, body: MappingChange) =>
    value(client.PUT('/v1/imports/{id}/mapping', { ...at(id), body })),
  rows: (id: string, offset: number, limit: number, filter: RowFilter, signal?: AbortSignal) =>
    value(
      client.GET('/v1/imports/{id}/rows', {
        params: { path: { id }, query: present({ offset, limit, ...filter }) },
        ...(signal ? { signal } : {}),
      }),
    ),
  row: (id: string, row: number) =>
    value(client.GET('/v1/imports/{id}/rows/{row}', { params: { path: { id, row } } })),
  edit: (id: string, row: number, cells: Record<string, string>) =>
    value(client.PATCH('/v1/imports/{id}/rows/{row}', { params: { path: { id, row } }, body: { cells } })),
  decide: (id: string, body: DecisionRequest) =>
    act((key) => client.POST('/v1/imports/{id}/decisions', { ...keyed(key, { id }), body })),
  commit: (id: string) => act((key) => client.POST('/v1/imports/{id}/commit', keyed(key, { id }))),
  cancel: (id: string) => value(client.POST('/v1/imports/{id}/cancel', at(id))),
  undo: (id: string) => act((key) => client.POST('/v1/imports/{id}/undo', keyed(key, { id }))),

  reviews: (filter: ReviewFilter, cursor?: string) =>
    value(client.GET('/v1/reviews', { params: { query: present({ ...filter, cursor, limit: 50 }) } })),
  review: (id: string) => value(client.GET('/v1/reviews/{id}', at(id))),
  decideReview: (id: string, action: Action, application?: string) =>
    act((key) =>
      client.POST('/v1/reviews/{id}/decision', {
        ...keyed(key, { id }),
        body: { action, ...(application ? { application } : {}) },
      }),
    ),

  applications: (filter: ApplicationFilters, cursor?: string) =>
    value(client.GET('/v1/applications', { params: { query: present({ ...filter, cursor, limit: 100 }) } })),
  application: (id: string) => value(client.GET('/v1/applications/{id}', at(id))),
  history: (id: string) => value(client.GET('/v1/applications/{id}/history', at(id))),
  /** What she consented to and took back, newest first. */
  consents: (id: string) => value(client.GET('/v1/applications/{id}/consents', at(id))),
  /** Who has looked at her data or changed it, newest first. */
  accesses: (id: string) =>
    value(client.GET('/v1/applications/{id}/accesses', { params: { path: { id }, query: { limit: 100 } } })),
  /** Erases her data for good. */
  erase: (id: string, body: ErasureRequest) =>
    act((key) =>
      client.POST('/v1/applications/{id}/erase', {
        body,
        params: { path: { id }, header: { 'Idempotency-Key': key } },
      }),
    ),
  /** The same of an account that has no application. */
  eraseAccount: (id: string, body: ErasureRequest) =>
    act((key) =>
      client.POST('/v1/accounts/{id}/erase', {
        body,
        params: { path: { id }, header: { 'Idempotency-Key': key } },
      }),
    ),
  /** The same of a row of a file whose owner became nobody here. */
  eraseRow: (id: string, row: number, body: ErasureRequest) =>
    act((key) =>
      client.POST('/v1/imports/{id}/rows/{row}/erase', {
        body,
        params: { path: { id, row }, header: { 'Idempotency-Key': key } },
      }),
    ),
  lifecycle: () => value(client.GET('/v1/lifecycle', {})),
  /** How many stand where, as of any day, and where and why they were lost. */
  funnel: (filter: FunnelFilter, signal?: AbortSignal) =>
    value(client.GET('/v1/funnel', { params: { query: present(filter) }, ...(signal ? { signal } : {}) })),
  /** Changes the status of many, or only says what would happen. */
  transitions: (body: BulkTransitionRequest) =>
    act((key) => client.POST('/v1/transitions', { body, params: { header: { 'Idempotency-Key': key } } })),
  /** Opens to whoever has signed what those who work may enter, or takes it back. */
  activate: (id: string, active: boolean) =>
    value(client.PUT('/v1/applications/{id}/activation', { ...at(id), body: { active } })),
  /** Says that two applications are one person's, or two people's. That may have been said already: then it is not the sender's to take back. */
  say: async (id: string, body: LinkRequest): Promise<{ link: Link; news: boolean }> => {
    let news = true;
    const link = await act(async (key) => {
      const answer = await client.POST('/v1/applications/{id}/links', { ...keyed(key, { id }), body });
      news = answer.response.status !== 200;
      return answer;
    });
    return { link, news };
  },
  /** What was said last of any two applications, newest first. */
  latestLinks: (limit: number, cursor?: string) =>
    value(client.GET('/v1/links', { params: { query: present({ limit, cursor }) } })),
  /** Takes what was said of two applications back. */
  reverse: (id: string) =>
    act((key) => client.POST('/v1/links/{id}/reversal', { ...keyed(key, { id }), body: {} })),

  /** What is asked about accounts, oldest first. */
  accountQuestions: (filter: AccountQuestionsFilter, cursor?: string) =>
    value(
      client.GET('/v1/accounts/questions', { params: { query: present({ ...filter, cursor, limit: 50 }) } }),
    ),
  answerAccount: (id: string, answer: AccountAnswer) =>
    act((key) =>
      client.POST('/v1/accounts/questions/{id}/answer', { ...keyed(key, { id }), body: { answer } }),
    ),
  /** What was answered last about accounts, newest first. */
  accountAnswers: (limit: number, cursor?: string) =>
    value(client.GET('/v1/accounts/answers', { params: { query: present({ limit, cursor }) } })),
  /** Takes the answer to a question back: it is asked again. */
  takeAnswerBack: (id: string) =>
    act((key) => client.POST('/v1/accounts/questions/{id}/reversal', keyed(key, { id }))),

  duplicates: (filter: DuplicatesFilter, cursor?: string) =>
    value(client.GET('/v1/duplicates', { params: { query: present({ ...filter, cursor, limit: 50 }) } })),
  searchDuplicates: () =>
    act((key) =>
      client.POST('/v1/duplicates/search', { body: {}, params: { header: { 'Idempotency-Key': key } } }),
    ),
  cancelDuplicates: () => value(client.POST('/v1/duplicates/cancel', {})),

  /** The newest version of each template. */
  templates: () => value(client.GET('/v1/outreach/templates', {})),
  /** Every version of a template in each of its languages, newest first. */
  templateVersions: (name: string) =>
    value(client.GET('/v1/outreach/templates', { params: { query: { name } } })),
  /** A template, or its next version. */
  saveTemplate: (body: NewTemplate) =>
    act((key) =>
      client.POST('/v1/outreach/templates', { body, params: { header: { 'Idempotency-Key': key } } }),
    ),
  channels: () => value(client.GET('/v1/outreach/channels', {})),
  /** Who would be messaged, who not, and why. */
  previewCampaign: (body: PreviewRequest, signal?: AbortSignal) =>
    value(client.POST('/v1/outreach/preview', { body, ...(signal ? { signal } : {}) })),
  /** Some of them by name: those who would be messaged, or who would not for one reason. */
  previewPeople: (body: PeopleRequest, cursor?: string) =>
    value(
      client.POST('/v1/outreach/preview/people', {
        body,
        params: { query: present({ cursor, limit: 50 }) },
      }),
    ),
  campaigns: (cursor?: string) =>
    value(client.GET('/v1/outreach/campaigns', { params: { query: present({ cursor, limit: 50 }) } })),
  campaign: (id: string) => value(client.GET('/v1/outreach/campaigns/{id}', at(id))),
  startCampaign: (body: NewCampaign) =>
    act((key) =>
      client.POST('/v1/outreach/campaigns', { body, params: { header: { 'Idempotency-Key': key } } }),
    ),
  pauseCampaign: (id: string) =>
    act((key) => client.POST('/v1/outreach/campaigns/{id}/pause', keyed(key, { id }))),
  resumeCampaign: (id: string) =>
    act((key) => client.POST('/v1/outreach/campaigns/{id}/resume', keyed(key, { id }))),
  cancelCampaign: (id: string) =>
    act((key) => client.POST('/v1/outreach/campaigns/{id}/cancel', keyed(key, { id }))),
  messages: (id: string, filter: MessageFilter, cursor?: string) =>
    value(
      client.GET('/v1/outreach/campaigns/{id}/messages', {
        params: { path: { id }, query: present({ ...filter, cursor, limit: 50 }) },
      }),
    ),
  /**
   * The next chat of a campaign, her own link in it; it counts as opened from now on. None: all are. Its answer is kept nowhere, so that
   * it is not asked again when one is lost: that would open another one's.
   */
  nextChat: (id: string): Promise<Chat | undefined> =>
    value(client.POST('/v1/outreach/campaigns/{id}/next-chat', at(id))),
  /** The chat of one message, once more. */
  openChat: (id: string) => act((key) => client.POST('/v1/outreach/messages/{id}/open', keyed(key, { id }))),
  /** What a person says became of a message: of one whose outcome nobody knows, or of a chat that led to nobody. */
  judge: (id: string, verdict: Verdict) =>
    act((key) =>
      client.POST('/v1/outreach/messages/{id}/judge', { ...keyed(key, { id }), body: { verdict } }),
    ),
  /** What an applicant was sent, and what she answered. */
  thread: (id: string) => value(client.GET('/v1/applications/{id}/messages', at(id))),
  /** Whether she may be sent messages. */
  consent: (id: string, messages: boolean) =>
    value(client.PUT('/v1/applications/{id}/consent', { ...at(id), body: { messages } })),

  /** Who is signed in. */
  session: () => value(client.GET('/v1/staff/session', {})),
  // No key goes with a password: what is kept of a request under its key would tell of the password.
  signIn: async (body: SignIn) => {
    const header = platform.keepsToken ? { 'satu-keeps-token': 'true' } : {};
    const { token, ...who } = await value(client.POST('/v1/staff/session', { body, params: { header } }));
    if (token) await platform.keepToken(token);
    return who;
  },
  signOut: async () => {
    await value(client.DELETE('/v1/staff/session', {}));
    await platform.keepToken(null);
  },
  changePassword: (old_password: string, new_password: string) =>
    value(client.POST('/v1/staff/password', { body: { old_password, new_password } })),
  offerSecondFactor: (password: string) =>
    value(client.POST('/v1/staff/second-factor/offer', { body: { password } })),
  beginSecondFactor: (password: string, digits: string) =>
    value(client.POST('/v1/staff/second-factor', { body: { password, digits } })),
  endSecondFactor: (password: string, digits: string) =>
    value(client.POST('/v1/staff/second-factor/end', { body: { password, digits } })),
  sessions: () => value(client.GET('/v1/staff/sessions', {})),
  endSession: (id: string) => value(client.DELETE('/v1/staff/sessions/{id}', at(id))),

  members: () => value(client.GET('/v1/staff', {})),
  addMember: (body: NewMember) =>
    act((key) => client.POST('/v1/staff', { body, params: { header: { 'Idempotency-Key': key } } })),
  changeMember: (id: string, body: MemberChange) =>
    value(client.PATCH('/v1/staff/{id}', { ...at(id), body })),
  resetMember: (id: string) => act((key) => client.POST('/v1/staff/{id}/reset', keyed(key, { id }))),
  /** Who did what, newest first. */
  audit: (filter: AuditFilter, cursor?: string) =>
    value(client.GET('/v1/audit', { params: { query: present({ ...filter, cursor, limit: 50 }) } })),
};

/** The addresses of files that the platform saves for the user. */
export const files = {
  rejected: (id: string, format: 'xlsx' | 'csv') =>
    `/v1/imports/${encodeURIComponent(id)}/rejected?format=${format}`,
  applications: (format: 'xlsx' | 'csv', filter: ApplicationFilters) =>
    `/v1/exports/applications?${new URLSearchParams({ format, ...present(filter) } as Record<string, string>)}`,
  personalData: (id: string) => `/v1/applications/${encodeURIComponent(id)}/personal-data`,
  personalDataOfAccount: (id: string) => `/v1/accounts/${encodeURIComponent(id)}/personal-data`,
  funnel: (filter: FunnelFilter) =>
    `/v1/exports/funnel?${new URLSearchParams(present(filter) as Record<string, string>)}`,
  campaign: (id: string) => `/v1/outreach/campaigns/${encodeURIComponent(id)}/export`,
};
