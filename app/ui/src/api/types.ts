/**
 * The values of the staff HTTP API under short names. All of them come from `schema.gen.ts`, which `make gen` writes from the
 * backend's own document: a route or a code that changes there is a compile error here.
 */
import type { components, paths } from './schema.gen';

type Schemas = components['schemas'];
type Query<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Q } } }
  ? NonNullable<Q>
  : never;

export type { paths };

export type AccountAnswer = Schemas['AccountAnswer'];
export type AccountQuestion = Schemas['AccountQuestion'];
export type GivenAnswer = Schemas['GivenAnswer'];
export type ApplicationProgress = Schemas['ApplicationProgress'];
export type CodePurpose = Schemas['Purpose'];
export type Me = Schemas['Me'];
export type NewPinRequest = Schemas['NewPinRequest'];
export type RegisterRequest = Schemas['RegisterRequest'];
export type RegisteredView = Schemas['RegisteredView'];
export type RegistrationPage = Schemas['RegistrationPage'];
export type ShownCode = Schemas['ShownCode'];
export type TokensView = Schemas['TokensView'];
export type Action = Schemas['Action'];
export type Application = Schemas['Application'];
/** An application, and until when it is kept. */
export type KeptApplication = Schemas['KeptApplication'];
export type ApplicationSummary = Schemas['ApplicationSummary'];
export type AuditRecord = Schemas['AuditRecord'];
export type Counts = Schemas['Counts'];
export type DateOrder = Schemas['DateOrder'];
export type DecisionRequest = Schemas['DecisionsRequest'];
export type Detail = Schemas['Detail'];
export type Duplicate = Schemas['Duplicate'];
export type DuplicateReason = Schemas['DuplicateReason'];
export type DuplicateQuestion = Schemas['DuplicateQuestion'];
export type DuplicateSearch = Schemas['DuplicateSearch'];
export type DuplicatesPage = Schemas['DuplicatesPage'];
export type EmailReading = Schemas['EmailReading'];
export type Evidence = Schemas['Evidence'];
export type EvidenceCode = Schemas['EvidenceCode'];
export type ErasureRequest = Schemas['ErasureRequest'];
export type EvidenceLevel = Schemas['Level'];
export type Field = Schemas['Field'];
export type Fields = Schemas['Fields'];
export type Funnel = Schemas['Funnel'];
export type FunnelLoss = Schemas['FunnelLoss'];
export type FunnelPortal = Schemas['FunnelPortal'];
export type FunnelStage = Schemas['FunnelStage'];
export type HistoryRecord = Schemas['HistoryRecord'];
export type How = Schemas['How'];
export type IdentifierState = Schemas['IdentifierState'];
export type Import = Schemas['Import'];
export type ImportRow = Schemas['ImportRow'];
export type ImportState = Schemas['ImportState'];
export type KeptWhy = Schemas['WhyKept'];
export type Link = Schemas['Link'];
export type LinkKind = Schemas['LinkKind'];
export type LinkRequest = Schemas['LinkRequest'];
export type MappedColumn = Schemas['MappedColumn'];
export type MappingChange = Schemas['MappingRequest'];
export type Match = Schemas['Match'];
export type Member = Schemas['Member'];
export type MemberChange = Schemas['MemberChange'];
export type Merged = Schemas['Merged'];
export type NewMember = Schemas['NewMember'];
export type NewPortal = Schemas['NewPortal'];
export type NewSecondFactor = Schemas['NewSecondFactor'];
export type Only = Schemas['Only'];
export type Outcome = Schemas['Outcome'];
export type Phase = Schemas['Phase'];
export type Portal = Schemas['Portal'];
export type ProblemCode = Schemas['ProblemCode'];
export type Progress = Schemas['Progress'];
export type RepairCode = Schemas['RepairCode'];
export type Review = Schemas['Review'];
export type Role = Schemas['Role'];
export type RowProblem = Schemas['RowProblem'];
export type Sample = Schemas['Sample'];
export type SignIn = Schemas['SignInRequest'];
export type Source = Schemas['Source'];
/** Who is signed in; without an id: the owner of a database that nobody was added to. */
export type Staff = Schemas['StaffView'];
export type StaffSession = Schemas['StaffSessionView'];
export type Stage = Schemas['Stage'];
export type Step = Schemas['Step'];
export type SubState = Schemas['SubState'];
export type UndoResult = Schemas['UndoReport'];
export type Welcome = Schemas['Welcome'];

/** RFC 9457. The app's words hang on `code` and `params`; `detail` is what is shown for a code it does not know. */
export type Problem = Schemas['Problem'];

export type Winner = Schemas['Winner'];

type Reason = Schemas['Reason'];
/** Why a row is rejected. */
export type RejectReason = Extract<Reason, 'no_name' | 'no_contact' | 'not_data' | 'cut_off' | 'discarded'>;
/** Why a row needs a decision: every other reason, so that a new one asks for its words. */
export type ReviewReason = Exclude<Reason, RejectReason>;

/** How a file is to be read, where HR says so at the upload. */
export type UploadParams = Omit<paths['/v1/imports']['post']['parameters']['query'], 'name'>;
export type RowFilter = Omit<Query<'/v1/imports/{id}/rows'>, 'offset' | 'limit'>;
export type ReviewFilter = Omit<Query<'/v1/reviews'>, 'cursor' | 'limit'>;
export type AccountQuestionsFilter = Omit<Query<'/v1/accounts/questions'>, 'cursor' | 'limit'>;
export type DuplicatesFilter = Omit<Query<'/v1/duplicates'>, 'cursor' | 'limit'>;
export type ApplicationFilters = Omit<Query<'/v1/applications'>, 'cursor' | 'limit'>;
export type FunnelFilter = Query<'/v1/funnel'>;
export type AuditFilter = Omit<Query<'/v1/audit'>, 'cursor' | 'limit'>;

export type KeptFor = Schemas['KeptFor'];
export type Retention = Schemas['Retention'];
export type Lifecycle = Schemas['Lifecycle'];
export type StageView = Schemas['StageView'];
export type ReasonView = Schemas['ReasonView'];
export type StatusReason = Schemas['StatusReason'];
export type ReasonGroup = Schemas['ReasonGroup'];
export type Moved = Schemas['Moved'];
export type TransitionAct = Schemas['TransitionAct'];
export type BulkTransitionRequest = Schemas['BulkTransitionRequest'];
export type TransitionRequest = Pick<BulkTransitionRequest, 'act'> & Partial<Schemas['TransitionRequest']>;

export type Audience = Schemas['Audience'];
export type Campaign = Schemas['Campaign'];
export type CampaignState = Schemas['CampaignState'];
export type Channel = Schemas['Channel'];
export type Channels = Schemas['Channels'];
export type ChannelView = Schemas['ChannelView'];
export type Chat = Schemas['Chat'];
export type ConsentKind = Schemas['ConsentKind'];
export type ConsentPurpose = Schemas['ConsentPurpose'];
export type ConsentRecord = Schemas['ConsentRecord'];
export type ConsentSource = Schemas['ConsentSource'];
export type Contact = Schemas['Contact'];
export type Network = Schemas['Network'];
export type Excluded = Schemas['Excluded'];
export type Message = Schemas['Message'];
export type MessageFilter = Omit<Query<'/v1/outreach/campaigns/{id}/messages'>, 'cursor' | 'limit'>;
export type MessagePurpose = Schemas['MessagePurpose'];
export type MessageState = Schemas['MessageState'];
export type NewCampaign = Schemas['NewCampaign'];
export type NewTemplate = Schemas['NewTemplate'];
/** What a campaign would do. */
export type OutreachPreview = Schemas['Preview'];
export type PeopleRequest = Schemas['PeopleRequest'];
export type PreviewPerson = Schemas['Example'];
export type PreviewRequest = Schemas['PreviewRequest'];
export type Reached = Schemas['Reached'];
export type Template = Schemas['Template'];
export type TemplateLanguage = Template['language'];
export type TemplateRef = Schemas['TemplateRef'];
export type Thread = Schemas['Thread'];
export type ThreadItem = Schemas['Item'];
export type Variable = Schemas['Variable'];
export type Verdict = Schemas['Verdict'];
