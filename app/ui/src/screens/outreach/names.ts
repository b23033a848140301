/** A template as it is named where one chooses it. */
import type { Template, TemplateRef } from '../../api/types';
import { m } from '../../paraglide/messages';
import { time } from '../../words/format';
import { actorName } from '../../words/open';

export const languageName = (language: TemplateRef['language']): string =>
  language === 'id' ? m.tpl_language_id() : m.tpl_language_en();
export const templateName = ({ name, language, version }: TemplateRef): string =>
  `${name} · ${languageName(language)} · ${m.tpl_version({ n: version })}`;
/** Which version it is, and who wrote it when. */
export const writtenBy = ({ version, made_by, made_at }: Template): string =>
  made_by === 'satu'
    ? m.tpl_shipped({ n: version })
    : m.tpl_by({ n: version, at: time(made_at), by: actorName(made_by) });
