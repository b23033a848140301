/** What the law on personal data asks to be told: until when somebody’s data is kept, and what she consented to. */
import type { ConsentKind, ConsentPurpose, ConsentRecord, KeptFor, Retention } from '../api/types';
import { m } from '../paraglide/messages';
import { consentWords } from './codes';
import { date, time } from './format';

const kept: Readonly<Record<KeptFor, (date: string) => string>> = {
  quiet: (date) => m.kept_quiet({ date }),
  withdrawn: (date) => m.kept_withdrawn({ date }),
  work: () => m.kept_work(),
  unset: () => m.kept_unset(),
};
/** Until when somebody’s data is kept, and why. */
export const keptText = ({ retain_until, retained_for }: Retention): string =>
  kept[retained_for](date(retain_until));

const said: Readonly<Record<ConsentPurpose, Record<ConsentKind, () => string>>> = {
  recruitment: { given: m.consent_recruitment_given, withdrawn: m.consent_recruitment_withdrawn },
  messages: { given: m.consent_messages_given, withdrawn: m.consent_messages_withdrawn },
};
/** What somebody consented to, or took back. */
export const consentText = ({ purpose, kind }: ConsentRecord): string => said[purpose][kind]();
/** When, where it came from, by which text, and by whom (her name) where somebody recorded it. */
export const consentFoot = ({ at, source, version }: ConsentRecord, name: string): string =>
  [
    time(at),
    consentWords[source](),
    version ? m.consent_version({ version }) : '',
    source === 'staff' ? name : '',
  ]
    .filter(Boolean)
    .join(' · ');
