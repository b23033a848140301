/**
 * Why a message failed, waits or was dropped, in plain words. The codes are the providers' own, or ours; one that is not here is shown as
 * it stands.
 */
import type { Channel, Excluded, Message } from '../api/types';
import { m } from '../paraglide/messages';
import { excludedWords } from './codes';

type Told = Readonly<Record<string, () => string>>;

const tables: Readonly<Partial<Record<Channel, Told>>> = {
  whatsapp: {
    '190': m.told_credential,
    '130429': m.told_too_fast,
    '131000': m.told_out_of_order,
    '131005': m.told_credential,
    '131008': m.told_template,
    '131009': m.told_template,
    '131016': m.told_out_of_order,
    '131026': m.told_undeliverable,
    '131031': m.told_account,
    '131042': m.told_no_credit,
    '131047': m.told_needs_template,
    '131048': m.told_too_fast,
    '131049': m.told_capped,
    '131050': m.told_stopped,
    '131056': m.told_too_fast,
    '132000': m.told_template,
    '132001': m.told_template,
    '132005': m.told_template,
    '132012': m.told_template,
    '132015': m.told_template_off,
    '132016': m.told_template_off,
    '132018': m.told_template,
  },
  twilio: {
    '20003': m.told_credential,
    '20429': m.told_too_fast,
    '21211': m.told_invalid_number,
    '21606': m.told_sender,
    '21610': m.told_stopped,
    '21611': m.told_too_fast,
    '21612': m.told_sender,
    '21614': m.told_landline,
    '21617': m.told_text,
    '30001': m.told_too_fast,
    '30002': m.told_account,
    '30003': m.told_unreachable,
    '30004': m.told_filtered,
    '30005': m.told_invalid_number,
    '30006': m.told_landline,
    '30007': m.told_filtered,
    '30036': m.told_waited,
  },
  zenziva: {
    '0': m.told_invalid_number,
    '5': m.told_credential,
    '6': m.told_text,
    '89': m.told_too_fast,
    '99': m.told_no_credit,
  },
  vonage: {
    '1000': m.told_too_fast,
    '1040': m.told_invalid_number,
    '1050': m.told_filtered,
    '1070': m.told_no_credit,
    '1120': m.told_sender,
    '1170': m.told_invalid_number,
    '1180': m.told_unreachable,
  },
};
/** What any carrier may come to. */
const ours: Told = {
  answer: m.told_timeout,
  broken: m.told_timeout,
  cancelled: m.told_cancelled,
  connect: m.told_connect,
  erased: m.told_erased,
  lease: m.told_quiet_lease,
  late: m.told_late,
  not_on_whatsapp: m.told_not_on_whatsapp,
  timeout: m.told_timeout,
  'http.401': m.told_credential,
  'http.402': m.told_no_credit,
  'http.403': m.told_credential,
  'http.429': m.told_too_fast,
};

/** Every code that has words; ours, which is anybody's, under the channel that has no provider. */
export const told = (): [Channel, string][] =>
  Object.entries({ ...tables, wa_me: ours }).flatMap(([channel, codes]) =>
    Object.keys(codes).map((code): [Channel, string] => [channel as Channel, code]),
  );

export function toldWords(channel: Channel, code: string): string {
  const said = tables[channel]?.[code] ?? ours[code];
  if (said) return said();
  if (Object.hasOwn(excludedWords, code)) return excludedWords[code as Excluded].word();
  return /^http\.5\d\d$/.test(code) ? m.told_out_of_order() : m.told_other({ code });
}

/** Whether it is the template that was refused, and not only this message: a campaign keeps the version that it began with. */
export function isOfTemplate(channel: Channel, code: string | null | undefined): boolean {
  const said = tables[channel]?.[code ?? ''];
  return said === m.told_template || said === m.told_template_off || said === m.told_text;
}

/** Why a message is where it is; empty where that needs no words. */
export const whyWords = ({ channel, error_code }: Pick<Message, 'channel' | 'error_code'>): string =>
  error_code ? toldWords(channel, error_code) : '';
