/** What a provider said of a message, in plain words. The codes are the providers' own, or ours; one that is not here is shown as it stands. */
import type { Channel } from '../api/types';
import { m } from '../paraglide/messages';

type Told = Readonly<Record<string, () => string>>;

const whatsapp: Told = {
  '131026': m.told_undeliverable,
  '131047': m.told_needs_template,
  '131049': m.told_capped,
  '131050': m.told_stopped,
  '131056': m.told_too_fast,
  '130429': m.told_too_fast,
  '132000': m.told_template,
  '132001': m.told_template,
  '132012': m.told_template,
  '132015': m.told_template_off,
  '132016': m.told_template_off,
  '190': m.told_credential,
};
const twilio: Told = {
  '20003': m.told_credential,
  '20429': m.told_too_fast,
  '21211': m.told_invalid_number,
  '21610': m.told_stopped,
  '21614': m.told_landline,
  '30003': m.told_unreachable,
  '30004': m.told_filtered,
  '30005': m.told_invalid_number,
  '30006': m.told_landline,
  '30007': m.told_filtered,
};
/** What any carrier may come to. */
const ours: Told = {
  timeout: m.told_timeout,
  broken: m.told_timeout,
  connect: m.told_connect,
  lease: m.told_quiet_lease,
  'http.401': m.told_credential,
  'http.402': m.told_no_credit,
  'http.403': m.told_credential,
  'http.429': m.told_too_fast,
};
const tables: Readonly<Partial<Record<Channel, Told>>> = { whatsapp, twilio };

export function toldWords(channel: Channel, code: string): string {
  const said = tables[channel]?.[code] ?? ours[code];
  if (said) return said();
  return /^http\.5\d\d$/.test(code) ? m.told_out_of_order() : m.told_other({ code });
}
