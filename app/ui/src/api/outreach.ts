/** Outreach's routes and values, by hand until `schema.gen.ts` has them. Everything above reads them from `types.ts`. */
import type { components, paths as known } from './schema.gen';

export type Channel = 'wa_me' | 'whatsapp' | 'twilio' | 'zenziva' | 'vonage' | 'file';
export type MessageState =
  | 'queued'
  | 'sending'
  | 'opened'
  | 'accepted'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'failed'
  | 'uncertain'
  | 'dropped';
export type CampaignState = 'filling' | 'running' | 'paused' | 'cancelled' | 'done';
export type Purpose = 'invitation' | 'reminder' | 'fallback';
export type Excluded =
  | 'gone'
  | 'no_mobile'
  | 'shared'
  | 'opted_out'
  | 'undeliverable'
  | 'registered'
  | 'invited_before'
  | 'closed';
export type TemplateLanguage = 'id' | 'en';

export type Variable = 'nama' | 'nama_lengkap' | 'posisi' | 'tautan' | 'perusahaan';
export interface Length {
  characters: number;
  segments: number;
  unicode: boolean;
  /** The signs that make it so. */
  unicode_by: string[];
}
export interface Template {
  id: string;
  name: string;
  language: TemplateLanguage;
  version: number;
  body: string;
  approved_name?: string | null;
  approved_language?: string | null;
  variables: Variable[];
  length: Length;
  made_by: string;
  made_at: string;
}
export type NewTemplate = Pick<
  Template,
  'name' | 'language' | 'body' | 'approved_name' | 'approved_language'
>;

export interface ChannelView {
  channel: Channel;
  configured: boolean;
  /** How many people it may reach in any 24 hours; null: as many as one likes. */
  daily_budget?: number | null;
  left_today?: number | null;
}
export interface Channels {
  items: ChannelView[];
  default: Channel;
  fallback?: Channel | null;
  link?: string | null;
  company?: string | null;
  quiet_from: string;
  quiet_until: string;
}

type Filter = NonNullable<known['/v1/applications']['get']['parameters']['query']>;
export type Audience =
  { batch: string } | { filter: Omit<Filter, 'cursor' | 'limit'> } | { applications: string[] };

export interface PreviewRequest {
  audience: Audience;
  channel: Channel;
  template: string;
}
export interface PreviewPerson {
  application: string;
  full_name: string;
  phone?: string | null;
  /** Why she is not messaged; none: she is. */
  reason?: Excluded | null;
}
export interface OutreachPreview {
  total: number;
  will: number;
  excluded: Partial<Record<Excluded, number>>;
  examples: PreviewPerson[];
  sample?: { application: string; text: string; length: Length } | null;
  segments: number;
  beyond_budget: number;
  /** On how many days they leave, at the channel's budget. */
  days: number;
}

export interface NewCampaign {
  name: string;
  audience: Audience;
  channel: Channel;
  fallback?: Channel | null;
  template: string;
  reminder_template?: string | null;
  starts_at?: string | null;
  remind_after_days?: number | null;
  reminders?: number;
}
export type TemplateRef = Pick<Template, 'id' | 'name' | 'language' | 'version'>;
export interface Campaign {
  id: string;
  name: string;
  state: CampaignState;
  paused_why?: string | null;
  audience: Audience;
  channel: Channel;
  fallback?: Channel | null;
  template: TemplateRef;
  reminder?: TemplateRef | null;
  starts_at: string;
  remind_after_days?: number | null;
  reminders: number;
  made_by: string;
  made_at: string;
  ended_at?: string | null;
  counts: Record<MessageState, number>;
  /** Persons, not messages. */
  reached: Reached;
}
export interface Reached {
  invited: number;
  delivered: number;
  read: number;
  registered: number;
  linked: number;
}

export interface Message {
  id: string;
  campaign: string;
  application: string;
  full_name: string;
  phone: string;
  channel: Channel;
  purpose: Purpose;
  ordinal: number;
  state: MessageState;
  error_code?: string | null;
  attempts: number;
  run_at: string;
  queued_at: string;
  opened_at?: string | null;
  sent_at?: string | null;
  delivered_at?: string | null;
  read_at?: string | null;
  judged_by?: string | null;
  registered: boolean;
}
export interface MessageFilter {
  state?: MessageState;
}
export interface Chat {
  message: string;
  application: string;
  full_name: string;
  phone: string;
  url: string;
  text: string;
  left: number;
}
export type Verdict = 'sent' | 'not_sent';

export type ConsentSource = 'webhook' | 'provider' | 'staff' | 'registration' | 'import';
/** How she can be reached, and whether she may be. */
export interface Contact {
  application: string;
  phone?: string | null;
  messages: boolean;
  stopped_at?: string | null;
  stopped_by?: ConsentSource | null;
  phone_undeliverable: boolean;
  undeliverable_code?: string | null;
}
export type ThreadItem =
  | ({ kind: 'message'; text: string } & Message)
  | { kind: 'heard'; id: string; channel: Channel; text: string; heard_at: string };
export interface Thread {
  contact: Contact;
  /** Oldest first. */
  items: ThreadItem[];
}

interface Page<T> {
  items: T[];
  next?: string | null;
  total?: number | null;
}
type Problem = { content: { 'application/problem+json': components['schemas']['Problem'] } };
type Answers<T> = { 200: { content: { 'application/json': T } }; 400: Problem };
type Key = { 'Idempotency-Key'?: string };
type Get<T, Q = never, P = never> = {
  parameters: { query?: Q; path: P };
  responses: Answers<T>;
};
type Does<T, B, P = never> = {
  parameters: { path: P; header?: Key };
  requestBody: { content: { 'application/json': B } };
  responses: Answers<T>;
};
type Id = { id: string };
type Cursor = { cursor?: string; limit?: number };
type Bare<T> = { parameters: { query?: Cursor }; responses: Answers<T> };
type Makes<T, B> = {
  parameters: { header?: Key };
  requestBody: { content: { 'application/json': B } };
  responses: Answers<T>;
};
type Act = { post: { parameters: { path: Id; header?: Key }; responses: Answers<Campaign> } };

type Methods = 'get' | 'put' | 'post' | 'delete' | 'patch';
/** As the generated ones say it: a method that a path has not is never there. */
type Whole<T> = {
  [Path in keyof T]: T[Path] & { [Method in Exclude<Methods, keyof T[Path]>]?: never };
};
export type OutreachPaths = Whole<Routes>;
interface Routes {
  '/v1/outreach/templates': { get: Bare<Page<Template>>; post: Makes<Template, NewTemplate> };
  '/v1/outreach/channels': { get: Bare<Channels> };
  '/v1/outreach/preview': { post: Makes<OutreachPreview, PreviewRequest> };
  '/v1/outreach/campaigns': { get: Bare<Page<Campaign>>; post: Makes<Campaign, NewCampaign> };
  '/v1/outreach/campaigns/{id}': { get: Get<Campaign, never, Id> };
  '/v1/outreach/campaigns/{id}/pause': Act;
  '/v1/outreach/campaigns/{id}/resume': Act;
  '/v1/outreach/campaigns/{id}/cancel': Act;
  '/v1/outreach/campaigns/{id}/messages': { get: Get<Page<Message>, Cursor & MessageFilter, Id> };
  '/v1/outreach/campaigns/{id}/next-chat': {
    post: { parameters: { path: Id; header?: Key }; responses: Answers<Chat | null> };
  };
  '/v1/outreach/messages/{id}/open': {
    post: { parameters: { path: Id; header?: Key }; responses: Answers<Chat> };
  };
  '/v1/outreach/messages/{id}/judge': { post: Does<Message, { verdict: Verdict }, Id> };
  '/v1/applications/{id}/messages': { get: Get<Thread, never, Id> };
  '/v1/applications/{id}/consent': {
    put: Does<Contact, { messages: boolean }, Id>;
  };
}
