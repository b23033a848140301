/** A template as it is named where one chooses it. */
import type { TemplateRef } from '../../api/types';
import { m } from '../../paraglide/messages';

export const languageName = (language: TemplateRef['language']): string =>
  language === 'id' ? m.tpl_language_id() : m.tpl_language_en();
export const templateName = ({ name, language, version }: TemplateRef): string =>
  `${name} · ${languageName(language)} · ${m.tpl_version({ n: version })}`;
