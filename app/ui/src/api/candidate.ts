/** What a candidate asks for on the page that registers her. Nothing here is sent on behalf of those who work here. */
import { act, client, value } from './transport';
import type { CodePurpose, ConsentPurpose, NewPinRequest, RegisterRequest, ShownCode } from './types';

const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

export const candidate = {
  page: () => value(client.GET('/v1/registration', {})),
  /** Sends a code to a number; the one before is void. */
  sendCode: (purpose: CodePurpose, to: string) => value(client.POST('/v1/otp', { body: { purpose, to } })),
  /** Sent again with the same PIN it is the same account: an answer that is lost is asked for once more. */
  register: (body: RegisterRequest) => act(() => client.POST('/v1/register', { body })),
  signIn: (body: { phone: string; pin: string; device_token?: string; code?: ShownCode }) =>
    value(client.POST('/v1/login', { body })),
  /** Goes on with a session: the token is good once. */
  refresh: (refresh_token: string) =>
    act(() => client.POST('/v1/token/refresh', { body: { refresh_token } })),
  resetPin: (body: NewPinRequest) => value(client.POST('/v1/pin', { body })),
  me: (token: string) => value(client.GET('/v1/me', as(token))),
  progress: (token: string) => value(client.GET('/v1/me/progress', as(token))),
  agree: (token: string, purpose: ConsentPurpose, version: string) =>
    value(
      client.PUT('/v1/me/consents/{purpose}', {
        ...as(token),
        params: { path: { purpose } },
        body: { version },
      }),
    ),
  withdraw: (token: string, purpose: ConsentPurpose) =>
    value(client.DELETE('/v1/me/consents/{purpose}', { ...as(token), params: { path: { purpose } } })),
  signOut: (token: string) => value(client.POST('/v1/logout', as(token))),
};
