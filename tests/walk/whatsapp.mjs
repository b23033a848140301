// A stand-in for the WhatsApp Business Cloud API, as the walks through the screens meet it: it takes messages, shows what each person's telephone
// would show, and tells Satu in signed webhooks what came of them. What it may answer besides is tested in tests/tests/channels.

import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

const NUMBER = '100200300';
const TOKEN = 'token-of-the-number';
const SECRET = 'secret-of-the-app';

/** The name under which it has approved the invitation. */
export const APPROVED = 'undangan_mitra';

/** The settings of a Satu at `{satu}` that invites at any hour, to its own page. */
export const inviting = {
  SATU_OUTREACH_LINK: '{satu}/daftar#{token}',
  SATU_OUTREACH_COMPANY: 'Rumah Asuh',
  SATU_OUTREACH_QUIET_FROM: '00:00',
  SATU_OUTREACH_QUIET_UNTIL: '00:00',
};

/** The link in what somebody was sent. */
export function linkIn(text) {
  const link = text.split(/\s+/).find((word) => word.startsWith('http'));
  if (!link) throw new Error(`no link in "${text}"`);
  return link;
}

/** The token of the invitation in it. */
export const tokenIn = (text) => new URL(linkIn(text)).hash.slice(1);

/** Starts it on a free port. */
export async function whatsapp() {
  /** @type {{ id: string, to: string, text: string, reference: string }[]} What it took, in its order. */
  const taken = [];
  /** @type {Map<string, boolean>} Whose next message it answers with a breakdown, and whether it takes it all the same. */
  const broken = new Map();
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const refuse = (status, code, message) => answer(status, { error: { message, type: 'OAuthException', code } });
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return refuse(401, 190, 'Invalid OAuth access token');
    if (request.url !== `/v23.0/${NUMBER}/messages`) return answer(200, { id: NUMBER });
    const { to, template, biz_opaque_callback_data: reference } = JSON.parse(Buffer.concat(chunks).toString());
    if (template?.name !== APPROVED) return refuse(404, 132001, 'Template name does not exist in the translation');
    const text = template.components.flatMap(({ parameters }) => parameters.map((one) => one.text)).join(' ');
    const id = `wamid.${taken.length + 1}`;
    const takes = broken.get(`+${to}`) ?? true;
    if (takes) taken.push({ id, to: `+${to}`, text, reference });
    if (broken.delete(`+${to}`)) return refuse(500, 1, 'An unknown error occurred');
    answer(200, { messaging_product: 'whatsapp', contacts: [{ input: to, wa_id: to }], messages: [{ id, message_status: 'accepted' }] });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');

  /** Tells a Satu something in a webhook. */
  async function tell(satu, value) {
    const metadata = { phone_number_id: NUMBER };
    const change = { field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...value } };
    const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '1', changes: [change] }] });
    const signature = createHmac('sha256', SECRET).update(body).digest('hex');
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` };
    const answer = await fetch(`${satu}/webhooks/whatsapp`, { method: 'POST', headers, body });
    if (answer.status !== 200) throw new Error(`the webhook was answered ${answer.status} ${await answer.text()}`);
  }
  const to = (phone) => {
    const message = taken.find((one) => one.to === phone);
    if (!message) throw new Error(`nothing was sent to ${phone}`);
    return message;
  };
  const timestamp = () => String(Math.floor(Date.now() / 1000));

  return {
    taken,
    /** The settings of a Satu that sends through it. */
    settings: {
      SATU_OUTREACH_CHANNEL: 'whatsapp',
      SATU_WHATSAPP_BASE_URL: `http://127.0.0.1:${server.address().port}`,
      SATU_WHATSAPP_PHONE_NUMBER_ID: NUMBER,
      SATU_WHATSAPP_TOKEN: TOKEN,
      SATU_WHATSAPP_APP_SECRET: SECRET,
    },
    /** What somebody was sent. */
    textTo: (phone) => to(phone).text,
    /** Breaks down over the next message to `phone`: nobody learns from its answer whether it takes it. */
    breakOver: (phone, takes) => void broken.set(phone, takes),
    /** Tells Satu what came of the message to `phone`: `delivered`, `read`, `failed` for the reason that a code names. */
    report: (satu, phone, status, code = 0) => {
      const { id, reference } = to(phone);
      const errors = code ? [{ code }] : undefined;
      const said = { id, status, timestamp: timestamp(), recipient_id: phone.slice(1), biz_opaque_callback_data: reference, errors };
      return tell(satu, { statuses: [said] });
    },
    /** Tells Satu what somebody answered. */
    answer: (satu, phone, body) =>
      tell(satu, { messages: [{ from: phone.slice(1), id: `${to(phone).id}.answer`, timestamp: timestamp(), type: 'text', text: { body } }] }),
    stop: () => server.close(),
  };
}
