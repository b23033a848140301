/** Words of open lists: a code that is not here is shown as it stands, never hidden. */
import type { Portal } from '../api/types';
import { m } from '../paraglide/messages';
import { session } from '../state/session.svelte';

const notes: Readonly<Record<string, () => string>> = {
  wrong_extension: m.note_wrong_extension,
  bom: m.note_bom,
  utf16: m.note_utf16,
  windows_1252: m.note_windows_1252,
  mixed_encodings: m.note_mixed_encodings,
  separator_semicolon: m.note_separator_semicolon,
  separator_tab: m.note_separator_tab,
  separator_pipe: m.note_separator_pipe,
  title_rows: m.note_title_rows,
  footer: m.note_footer,
  other_encoding: m.note_other_encoding,
  sep_line: m.note_sep_line,
  hidden_sheet: m.note_hidden_sheets,
  several_sheets: m.note_several_sheets,
  unzipped: m.note_unzipped,
  separator_other: m.note_separator_other,
  single_quotes: m.note_single_quotes,
  quoted_lines: m.note_quoted_lines,
  spaces_before_cells: m.note_spaces_before_cells,
  inner_quotes: m.note_inner_quotes,
  backslash_escapes: m.note_backslash_escapes,
  hidden_rows: m.note_hidden_rows,
  several_tables: m.note_several_tables,
  ends_in_contact: m.note_ends_in_contact,
};
export const noteWords = (code: string): string => notes[code]?.() ?? code.replaceAll('_', ' ');

const brands: Readonly<Record<string, string>> = {
  glints: 'Glints',
  jobstreet: 'JobStreet',
  indeed: 'Indeed',
  kalibrr: 'Kalibrr',
  linkedin: 'LinkedIn',
  // Whoever registered by herself.
  satu: 'Satu',
};
/** Who did it. The owner of a database that nobody was added to is the person at the screen; of another one, somebody of before. */
export const actorName = (actor: string): string =>
  actor !== 'owner' ? actor : session.who?.id ? m.owner_word() : m.you();

export const portalName = (id: string, portals: readonly Portal[] = []): string =>
  id === 'other' ? m.portal_other() : (portals.find((portal) => portal.id === id)?.name ?? brands[id] ?? id);
