/**
 * The mock's outreach: campaigns whose messages leave as time goes by, some read, some failed. WhatsApp and one SMS provider are set up,
 * two are not. What happens to a message hangs on its place, so that it is the same at every start.
 */
import type {
  Application,
  Audience,
  Campaign,
  Channel,
  Contact,
  Excluded,
  Message,
  MessageState,
  NewCampaign,
  NewTemplate,
  OutreachPreview,
  PeopleRequest,
  PreviewPerson,
  PreviewRequest,
  Template,
  TemplateRef,
  ThreadItem,
  Verdict,
} from '../src/api/types.ts';
import { lengthOf } from '../src/screens/outreach/segments.ts';
import { fill, read as readText } from '../src/screens/outreach/template.ts';
import { no, ok, page, type Answer, type Route } from './answer.ts';
import { seeded } from './people.ts';
import { actorNow } from './staff.ts';
import { applications, batches } from './store.ts';

const LINK = `https://daftar.example.com/daftar#${'x'.repeat(32)}`;
const COMPANY = 'Rumah Asuh';
const A_SECOND = 4;

let next = 1;
const uuid = (): string => `0192c0de-0000-7000-a000-${String(next++).padStart(12, '0')}`;
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
const DAY = 86_400_000;

const lengthView = (text: string): Template['length'] => {
  const { segments, unicode, foreign } = lengthOf(text);
  return { characters: [...text].length, segments, unicode, unicode_by: foreign };
};
const template = (
  name: string,
  language: 'id' | 'en',
  version: number,
  body: string,
  more: Partial<Template> = {},
): Template => ({
  id: uuid(),
  name,
  language,
  version,
  body,
  approved_name: null,
  approved_language: null,
  variables: readText(body).runs.flatMap((run) => (run.kind === 'variable' ? [run.name] : [])),
  length: lengthView(body),
  made_by: 'satu',
  made_at: ago(40 * DAY),
  ...more,
});
/** Every version; the last of a name and a language counts. */
const templates: Template[] = [
  template(
    'undangan',
    'id',
    1,
    'Halo {nama}, terima kasih sudah melamar sebagai {posisi} di {perusahaan}. Selesaikan pendaftaran Anda di sini: {tautan}\n\nTautan ini khusus untuk Anda. Balas STOP untuk berhenti.',
    { approved_name: 'lengkapi_pendaftaran', approved_language: 'id' },
  ),
  template(
    'undangan',
    'en',
    1,
    'Hello {nama}, thank you for applying as {posisi} at {perusahaan}. Please finish registering here: {tautan}\n\nThis link is yours alone. Reply STOP to end messages.',
  ),
  template(
    'pengingat',
    'id',
    1,
    'Halo {nama}, pendaftaran Anda di {perusahaan} belum selesai. Lanjutkan di sini, hanya beberapa menit: {tautan}\n\nBalas STOP untuk berhenti.',
    { approved_name: 'pengingat_pendaftaran', approved_language: 'id' },
  ),
  template(
    'pengingat',
    'en',
    1,
    'Hello {nama}, your registration at {perusahaan} is not finished yet. Go on here, it takes a few minutes: {tautan}\n\nReply STOP to end messages.',
  ),
];
const newest = (): Template[] =>
  templates.filter(
    (one) =>
      !templates.some(
        (other) => other.name === one.name && other.language === one.language && other.version > one.version,
      ),
  );
const refOf = ({ id, name, language, version }: Template): TemplateRef => ({ id, name, language, version });

interface Kept extends Omit<Campaign, 'counts' | 'reached'> {
  messages: Message[];
  /** When its messages were moved on last. */
  moved: number;
}
const campaigns: Kept[] = [];
const invited = new Set<string>();
const stopped = new Map<string, Contact>();
const channels: readonly [Channel, boolean, number | null][] = [
  ['wa_me', true, null],
  ['whatsapp', true, 250],
  ['twilio', true, null],
  ['zenziva', false, null],
  ['vonage', false, null],
  ['file', false, null],
];

const ofAudience = (audience: Audience): Application[] => {
  const all = [...applications.values()];
  if ('batch' in audience) return all.filter((one) => one.sources.some((s) => s.batch === audience.batch));
  if ('applications' in audience) return all.filter((one) => audience.applications.includes(one.id));
  const { q, portal, stage, sub_state } = audience.filter;
  return all.filter(
    (one) =>
      (!q || `${one.full_name} ${one.phone} ${one.email}`.toLowerCase().includes(q.toLowerCase())) &&
      (!portal || one.portal === portal) &&
      (!stage || one.stage === stage) &&
      (!sub_state || one.sub_state === sub_state),
  );
};
const placeOf = (one: Application): number => Number(one.id.slice(-4));
function excluded(one: Application): Excluded | null {
  if (one.user_id) return 'registered';
  if (one.sub_state !== 'ACTIVE') return 'closed';
  if (!one.phone) return 'no_mobile';
  if (one.identifiers.some((identifier) => identifier.state === 'shared') || placeOf(one) % 41 === 0)
    return 'shared';
  if (stopped.has(one.id) || placeOf(one) % 53 === 0) return 'opted_out';
  if (placeOf(one) % 37 === 0) return 'undeliverable';
  return invited.has(one.id) ? 'invited_before' : null;
}
const valuesOf = (one: Application, link = LINK) => ({
  nama: (one.full_name ?? '').split(' ')[0] ?? '',
  nama_lengkap: one.full_name ?? '',
  posisi: one.position ?? 'mitra asuh',
  perusahaan: COMPANY,
  tautan: link,
});

const looked = (audience: Audience): PreviewPerson[] =>
  ofAudience(audience).map((one) => ({
    application: one.id,
    full_name: one.full_name ?? '',
    phone: one.phone ?? null,
    reason: excluded(one),
  }));
const namedBy = ({ audience, reason }: PeopleRequest): PreviewPerson[] =>
  looked(audience).filter((one) => (one.reason ?? null) === (reason ?? null));

function preview({ audience, channel, template: id }: PreviewRequest): Answer {
  const found = templates.find((one) => one.id === id);
  if (!found) return no(404, 'template.unknown', 'There is no such template.');
  const all = ofAudience(audience).map((one) => ({ one, reason: excluded(one) }));
  const will = all.filter(({ reason }) => !reason);
  const counts: Partial<Record<Excluded, number>> = {};
  for (const { reason } of all) if (reason) counts[reason] = (counts[reason] ?? 0) + 1;
  const few = (reason: Excluded | null): PreviewPerson[] =>
    namedBy({ audience, channel, reason }).slice(0, 8);
  const first = will[0]?.one;
  const text = first ? fill(found.body, valuesOf(first)) : '';
  const budget = channels.find(([name]) => name === channel)?.[2];
  const body: OutreachPreview = {
    total: all.length,
    will: will.length,
    excluded: counts,
    examples: [...few(null), ...(Object.keys(counts) as Excluded[]).flatMap(few)],
    sample: first ? { application: first.id, text, length: lengthView(text) } : null,
    segments: lengthOf(text).segments * will.length,
    beyond_budget: budget ? Math.max(0, will.length - budget) : 0,
    days: budget ? Math.max(1, Math.ceil(will.length / budget)) : 1,
    fallback_beyond_budget: 0,
    fallback_days: 1,
  };
  return ok(body);
}

const STATES = {
  queued: 0,
  sending: 0,
  opened: 0,
  accepted: 0,
  sent: 0,
  delivered: 0,
  read: 0,
  failed: 0,
  uncertain: 0,
  dropped: 0,
} satisfies Record<MessageState, number>;

/** What becomes of the message at a place, on a channel that tells. */
function fate(message: Message, random: () => number): void {
  const at = new Date().toISOString();
  const luck = random();
  message.attempts = 1;
  if (luck < 0.06) {
    message.state = 'failed';
    message.to_call = !message.registered;
    message.error_code = message.channel === 'whatsapp' ? '131026' : '30003';
  } else if (luck < 0.075) {
    message.state = 'uncertain';
    message.error_code = 'timeout';
  } else {
    message.sent_at = at;
    message.state = luck < 0.12 ? 'sent' : 'delivered';
    if (message.state === 'delivered') message.delivered_at = at;
    if (luck > 0.45) {
      message.state = 'read';
      message.read_at = at;
    }
    message.registered = luck > 0.72;
    message.answered = luck > 0.7 && luck < 0.75;
  }
}

function tick(one: Kept): void {
  if (one.state === 'filling' && Date.now() - Date.parse(one.made_at) > 1500) one.state = 'running';
  if (one.state !== 'running' || one.channel === 'wa_me') return;
  const random = seeded(one.messages.length + one.messages.filter((it) => it.state !== 'queued').length);
  let due = Math.floor(((Date.now() - one.moved) / 1000) * A_SECOND);
  if (due < 1) return;
  one.moved = Date.now();
  for (const message of one.messages) {
    if (due < 1) break;
    if (message.state !== 'queued') continue;
    fate(message, random);
    due -= 1;
  }
  if (!one.messages.some((message) => message.state === 'queued')) {
    one.state = 'done';
    one.ended_at = new Date().toISOString();
  }
}

function view(one: Kept): Campaign {
  tick(one);
  const { messages, moved: _, ...rest } = one;
  const counts = { ...STATES };
  for (const message of messages) counts[message.state] += 1;
  const of = (passes: (message: Message) => boolean) => messages.filter(passes).length;
  const left = of((it) => !['queued', 'sending', 'dropped', 'failed', 'uncertain'].includes(it.state));
  return {
    ...rest,
    counts,
    reached: {
      invited: left,
      delivered: of((it) => it.state === 'delivered' || it.state === 'read'),
      read: of((it) => it.state === 'read'),
      registered: of((it) => it.registered),
      linked: Math.floor(of((it) => it.registered) * 0.94),
      to_call: of((it) => it.to_call),
      answered: of((it) => it.answered),
    },
  };
}

function begin(body: NewCampaign, by: string): Kept | null {
  const chosen = templates.find((one) => one.id === body.template);
  if (!chosen) return null;
  const reminder = templates.find((one) => one.id === body.reminder_template);
  const at = new Date().toISOString();
  const campaign: Kept = {
    id: uuid(),
    name: body.name,
    state: 'filling',
    paused_why: null,
    audience: body.audience,
    channel: body.channel,
    fallback: body.fallback ?? null,
    template: refOf(chosen),
    reminder: reminder ? refOf(reminder) : null,
    starts_at: body.starts_at ?? at,
    remind_after_days: body.remind_after_days ?? null,
    reminders: body.reminders ?? 0,
    made_by: by,
    made_at: at,
    ended_at: null,
    messages: [],
    moved: Date.now(),
  };
  for (const one of ofAudience(body.audience)) {
    if (excluded(one)) continue;
    invited.add(one.id);
    campaign.messages.push({
      id: uuid(),
      campaign: campaign.id,
      application: one.id,
      full_name: one.full_name ?? '',
      phone: one.phone ?? '',
      channel: body.channel,
      purpose: 'invitation',
      ordinal: 0,
      state: 'queued',
      error_code: null,
      attempts: 0,
      run_at: campaign.starts_at,
      queued_at: at,
      opened_at: null,
      sent_at: null,
      delivered_at: null,
      read_at: null,
      judged_by: null,
      registered: false,
      to_call: false,
      answered: false,
    });
  }
  campaigns.unshift(campaign);
  return campaign;
}

/** Some campaigns to look at from the start. */
export function furnishOutreach(): void {
  const by = (name: string) =>
    [...batches.values()].find((one) => one.whole.file.includes(name))?.whole.id ?? '';
  const [invitation, , reminder] = templates;
  if (!invitation || !reminder) return;
  const random = seeded(7);
  const done = begin(
    {
      name: 'Undangan jobstreet-september-180.csv',
      audience: { batch: by('jobstreet') },
      channel: 'whatsapp',
      fallback: 'twilio',
      template: invitation.id,
      reminder_template: reminder.id,
      remind_after_days: 3,
      reminders: 2,
    },
    'rina',
  );
  const paused = begin(
    {
      name: 'Undangan indeed-daycare-120.csv',
      audience: { batch: by('indeed') },
      channel: 'whatsapp',
      template: invitation.id,
    },
    'rina',
  );
  const chats = begin(
    {
      name: 'Undangan glints-oktober-320.xlsx',
      audience: { batch: by('glints-oktober') },
      channel: 'wa_me',
      template: invitation.id,
    },
    'owner',
  );
  if (!done || !paused || !chats) return;
  // The others of this import are still to be invited.
  for (const { application } of chats.messages.splice(90)) invited.delete(application);
  for (const message of done.messages) fate(message, random);
  for (const message of done.messages.slice(0, 12)) message.purpose = 'reminder';
  Object.assign(done, { state: 'done', made_at: ago(8 * DAY), ended_at: ago(7 * DAY) });
  for (const message of paused.messages.slice(0, 21)) fate(message, random);
  Object.assign(paused, { state: 'paused', paused_why: '132015', made_at: ago(2 * DAY) });
  for (const message of chats.messages.slice(0, 34))
    Object.assign(message, { state: 'opened', opened_at: ago(3_600_000), registered: random() > 0.7 });
  Object.assign(chats, { state: 'running', made_at: ago(DAY) });
}

const withCampaign = (id: string | undefined, act: (one: Kept) => Answer): Answer => {
  const one = campaigns.find((campaign) => campaign.id === id);
  return one ? act(one) : no(404, 'campaign.unknown', 'There is no such campaign.');
};
const withMessage = (id: string | undefined, act: (message: Message, one: Kept) => Answer): Answer => {
  for (const one of campaigns) {
    const message = one.messages.find((it) => it.id === id);
    if (message) return act(message, one);
  }
  return no(404, 'message.unknown', 'There is no such message.');
};

function open(message: Message, one: Kept): Answer {
  const found = applications.get(message.application);
  const chosen = templates.find((it) => it.id === one.template.id);
  if (!found || !chosen) return no(409, 'outreach.excluded', 'She is not messaged any more.');
  if (message.state !== 'queued' && message.state !== 'opened')
    return no(409, 'outreach.message_state', 'The message has changed its state.');
  const token = message.id.slice(-6).toUpperCase();
  const text = fill(chosen.body, valuesOf(found, `https://daftar.example.com/?u=${token}`));
  message.state = 'opened';
  message.opened_at ??= new Date().toISOString();
  const left = one.messages.filter((it) => it.state === 'queued').length;
  if (left === 0) Object.assign(one, { state: 'done', ended_at: new Date().toISOString() });
  return ok({
    message: message.id,
    application: message.application,
    full_name: message.full_name,
    phone: message.phone,
    url: `https://wa.me/${message.phone.replace('+', '')}?text=${encodeURIComponent(text)}`,
    text,
    left,
  });
}

const contactOf = (one: Application): Contact =>
  stopped.get(one.id) ?? {
    application: one.id,
    phone: one.phone ?? null,
    messages: placeOf(one) % 53 !== 0,
    stopped_at: placeOf(one) % 53 === 0 ? ago(3 * DAY) : null,
    stopped_by: placeOf(one) % 53 === 0 ? 'webhook' : null,
    unreached: placeOf(one) % 37 === 0 ? [{ network: 'whatsapp', code: '131026', at: ago(2 * DAY) }] : [],
  };

function thread(one: Application): Answer {
  const items: ThreadItem[] = campaigns.flatMap((campaign) =>
    campaign.messages
      .filter((message) => message.application === one.id)
      .map((message) => ({
        kind: 'message' as const,
        ...message,
        text: fill(templates.find((it) => it.id === campaign.template.id)?.body ?? '', valuesOf(one, '…')),
      })),
  );
  const read = items.some((item) => item.kind === 'message' && item.state === 'read');
  if (read && placeOf(one) % 3 === 0)
    items.push({
      kind: 'heard',
      id: uuid(),
      channel: 'whatsapp',
      text: 'Baik kak, terima kasih. Apakah boleh daftar besok sore?',
      heard_at: ago(3_000_000),
    });
  return ok({ contact: contactOf(one), items });
}

function save(body: NewTemplate): Answer {
  const { faults } = readText(body.body);
  if (faults.length > 0) return no(422, 'outreach.text_variable', 'The text cannot be used.');
  const version =
    Math.max(
      0,
      ...templates
        .filter((it) => it.name === body.name && it.language === body.language)
        .map((it) => it.version),
    ) + 1;
  const kept = template(body.name, body.language, version, body.body, {
    approved_name: body.approved_name ?? null,
    approved_language: body.approved_language ?? null,
    made_by: actorNow() ?? 'owner',
    made_at: new Date().toISOString(),
  });
  templates.push(kept);
  return ok(kept, 201);
}

const set = (id: string | undefined, change: (one: Kept) => void): Answer =>
  withCampaign(id, (one) => {
    change(one);
    return ok(view(one));
  });

export const outreachRoutes: Route[] = [
  [
    'GET',
    /^\/v1\/outreach\/templates$/,
    ({ query }) => {
      const name = query.get('name');
      const versions = templates.filter((one) => one.name === name).sort((a, b) => b.version - a.version);
      return ok({ items: name === null ? newest() : versions, next: null });
    },
  ],
  ['POST', /^\/v1\/outreach\/templates$/, ({ body }) => save(body as NewTemplate)],
  [
    'GET',
    /^\/v1\/outreach\/channels$/,
    () =>
      ok({
        items: channels.map(([channel, configured, budget]) => ({
          channel,
          configured,
          by_hand: channel === 'wa_me',
          daily_budget: budget,
          used: budget ? 64 : 0,
          left: budget ? budget - 64 : null,
          closed_until: null,
        })),
        usual: 'wa_me',
        fallback: 'twilio',
        link: true,
        company: COMPANY,
        quiet_from: '20:00',
        quiet_until: '08:00',
        sample_link: LINK,
      }),
  ],
  ['POST', /^\/v1\/outreach\/preview$/, ({ body }) => preview(body as PreviewRequest)],
  [
    'POST',
    /^\/v1\/outreach\/preview\/people$/,
    ({ body, query }) => page(namedBy(body as PeopleRequest), query),
  ],
  ['GET', /^\/v1\/outreach\/campaigns$/, ({ query }) => page(campaigns.map(view), query)],
  [
    'POST',
    /^\/v1\/outreach\/campaigns$/,
    ({ body }) => {
      const one = begin(body as NewCampaign, actorNow() ?? 'owner');
      return one ? ok(view(one), 201) : no(404, 'template.unknown', 'There is no such template.');
    },
  ],
  [
    'GET',
    /^\/v1\/outreach\/campaigns\/([^/]+)$/,
    ({ params }) => withCampaign(params[0], (one) => ok(view(one))),
  ],
  [
    'POST',
    /^\/v1\/outreach\/campaigns\/([^/]+)\/pause$/,
    ({ params }) => set(params[0], (one) => (one.state = 'paused')),
  ],
  [
    'POST',
    /^\/v1\/outreach\/campaigns\/([^/]+)\/resume$/,
    ({ params }) =>
      set(params[0], (one) => Object.assign(one, { state: 'running', paused_why: null, moved: Date.now() })),
  ],
  [
    'POST',
    /^\/v1\/outreach\/campaigns\/([^/]+)\/cancel$/,
    ({ params }) =>
      set(params[0], (one) => {
        Object.assign(one, { state: 'cancelled', ended_at: new Date().toISOString() });
        for (const message of one.messages) if (message.state === 'queued') message.state = 'dropped';
      }),
  ],
  [
    'GET',
    /^\/v1\/outreach\/campaigns\/([^/]+)\/messages$/,
    ({ params, query }) =>
      withCampaign(params[0], (one) =>
        page(
          one.messages.filter(
            (message) =>
              (!query.get('state') || message.state === query.get('state')) &&
              (!query.get('answered') || String(message.answered) === query.get('answered')),
          ),
          query,
        ),
      ),
  ],
  [
    'POST',
    /^\/v1\/outreach\/campaigns\/([^/]+)\/next-chat$/,
    ({ params }) =>
      withCampaign(params[0], (one) => {
        const message = one.messages.find((it) => it.state === 'queued');
        return message ? open(message, one) : { status: 204 };
      }),
  ],
  ['POST', /^\/v1\/outreach\/messages\/([^/]+)\/open$/, ({ params }) => withMessage(params[0], open)],
  [
    'POST',
    /^\/v1\/outreach\/messages\/([^/]+)\/judge$/,
    ({ params, body }) =>
      withMessage(params[0], (message) => {
        const { verdict } = body as { verdict: Verdict };
        if (message.state !== (verdict === 'unreached' ? 'opened' : 'uncertain'))
          return no(409, 'outreach.message_state', 'The message has changed its state.');
        message.state = ({ sent: 'sent', not_sent: 'queued', unreached: 'failed' } as const)[verdict];
        message.judged_by = actorNow();
        if (verdict === 'unreached')
          Object.assign(message, { error_code: 'not_on_whatsapp', to_call: !message.registered });
        return ok(message);
      }),
  ],
  [
    'GET',
    /^\/v1\/applications\/([^/]+)\/messages$/,
    ({ params }) => {
      const one = applications.get(params[0] ?? '');
      return one ? thread(one) : no(404, 'application.unknown', 'No such application.');
    },
  ],
  [
    'PUT',
    /^\/v1\/applications\/([^/]+)\/consent$/,
    ({ params, body }) => {
      const one = applications.get(params[0] ?? '');
      if (!one) return no(404, 'application.unknown', 'No such application.');
      const { messages } = body as { messages: boolean };
      const contact: Contact = {
        ...contactOf(one),
        messages,
        stopped_at: messages ? null : new Date().toISOString(),
        stopped_by: messages ? null : 'staff',
      };
      stopped.set(one.id, contact);
      return ok(contact);
    },
  ],
];
