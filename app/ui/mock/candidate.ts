/** The mock's candidate: one account, `000000` is the only wrong code, and the application is always found. */
import type { ConsentRecord, Me, RegisterRequest } from '../src/api/types.ts';
import { no, ok, type Answer, type Route } from './answer.ts';

let me: Me | null = null;
let pin = '';

const said = (purpose: ConsentRecord['purpose'], kind: ConsentRecord['kind']): void => {
  const word: ConsentRecord = {
    purpose,
    kind,
    at: new Date().toISOString(),
    by: 'account',
    source: 'account',
    version: '2026-11',
  };
  if (me) me.consents = [word, ...me.consents.filter((one) => one.purpose !== purpose)];
};
const tokens = { access_token: 'a.b.c', token_type: 'Bearer', expires_in: 900, refresh_token: 'r' };
const hers = (): Answer => (me ? ok(me) : no(401, 'token.invalid', 'Sign in first.'));
const wrong = (code: { digits: string } | null | undefined): boolean => code?.digits === '000000';

export const candidateRoutes: Route[] = [
  ['GET', /^\/v1\/registration$/, () => ok({ company: 'Rumah Asuh', sends_codes: true })],
  ['POST', /^\/v1\/otp$/, () => ok({ request: crypto.randomUUID(), expires_in: 600 }, 202)],
  [
    'POST',
    /^\/v1\/register$/,
    ({ body }) => {
      const asked = body as RegisterRequest;
      if (wrong(asked.code)) return no(422, 'otp.wrong', 'That is not the code.', { left: '4' });
      if (me && asked.pin !== pin) return no(409, 'account.exists', 'This number has an account.');
      pin = asked.pin;
      me = {
        account: crypto.randomUUID(),
        application: crypto.randomUUID(),
        full_name: asked.full_name,
        phone: asked.phone,
        email: null,
        email_proven: false,
        mitra_status: 'APPLICANT',
        pending: [],
        consents: [],
      };
      said('recruitment', 'given');
      return ok({ account: me.account, application: me.application, pending: [], tokens }, 201);
    },
  ],
  [
    'POST',
    /^\/v1\/login$/,
    ({ body }) => {
      if (!me) return no(404, 'account.unknown', 'No account has this number.');
      return (body as { pin: string }).pin === pin
        ? ok(tokens)
        : no(401, 'pin.wrong', 'That is not the PIN.');
    },
  ],
  [
    'POST',
    /^\/v1\/pin$/,
    ({ body }) => {
      const asked = body as { pin: string; code: { digits: string } };
      if (!me || wrong(asked.code)) return no(422, 'otp.wrong', 'That is not the code.', { left: '4' });
      pin = asked.pin;
      return ok(tokens);
    },
  ],
  ['POST', /^\/v1\/token\/refresh$/, () => ok(tokens)],
  ['POST', /^\/v1\/logout$/, () => ({ status: 204 })],
  ['GET', /^\/v1\/me$/, hers],
  [
    'GET',
    /^\/v1\/me\/progress$/,
    () =>
      ok({
        now: {
          id: 'Lamaran Anda sudah kami terima dan sedang kami periksa.',
          en: 'We have your application and are reading it.',
        },
        next: { id: 'Wawancara dengan tim HR.', en: 'An interview with HR.' },
      }),
  ],
  [
    'PUT',
    /^\/v1\/me\/consents\/(recruitment|messages)$/,
    ({ params }) => {
      said(params[0] as ConsentRecord['purpose'], 'given');
      return hers();
    },
  ],
  [
    'DELETE',
    /^\/v1\/me\/consents\/(recruitment|messages)$/,
    ({ params }) => {
      said(params[0] as ConsentRecord['purpose'], 'withdrawn');
      return hers();
    },
  ],
];
