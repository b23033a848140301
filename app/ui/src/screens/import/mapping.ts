/** What HR is about to change in a mapping, before it is sent. Pure. */
import type { DateOrder, Field, Import, MappedColumn, MappingChange } from '../../api/types';

/** How a file is read as it stands. */
export type Reading = Pick<Import, 'portal' | 'sheet' | 'header_row' | 'mapping' | 'dialect'>;

/** Changes by column number. */
export type Edits = ReadonlyMap<number, { field: Field; date_order?: DateOrder }>;

/** The field that a column has as things stand: a suggestion that nobody confirmed is extra data. */
export const fieldOf = (column: MappedColumn, edits: Edits): Field =>
  edits.get(column.column)?.field ?? (column.how === 'fuzzy' ? 'extras' : column.field);

/** Suggestions that were neither accepted nor declined. */
export const openSuggestions = (mapping: readonly MappedColumn[], edits: Edits): MappedColumn[] =>
  mapping.filter((column) => column.how === 'fuzzy' && !edits.has(column.column));

const DATES: readonly Field[] = ['birth_date', 'applied_at'];
export const orderOf = (column: MappedColumn, edits: Edits): DateOrder | undefined =>
  edits.get(column.column)?.date_order ?? column.date_order ?? undefined;
export const asksOrder = (column: MappedColumn, edits: Edits): boolean =>
  DATES.includes(fieldOf(column, edits)) &&
  ['undecided', 'day_first', 'month_first'].includes(orderOf(column, edits) ?? '');

/** Fields that may be read from one column only, and are read from several. */
export function doubled(
  mapping: readonly MappedColumn[],
  edits: Edits,
): { field: Field; columns: number[] }[] {
  const many: readonly Field[] = [
    'phone',
    'whatsapp',
    'email',
    'question',
    'answer',
    'answer_match',
    'extras',
    'ignore',
  ];
  const by = new Map<Field, number[]>();
  for (const column of mapping) {
    const field = fieldOf(column, edits);
    if (!many.includes(field)) by.set(field, [...(by.get(field) ?? []), column.column]);
  }
  return [...by].filter(([, columns]) => columns.length > 1).map(([field, columns]) => ({ field, columns }));
}

export interface Missing {
  name: boolean;
  contact: boolean;
}
export function missing(mapping: readonly MappedColumn[], edits: Edits): Missing {
  const fields = new Set(mapping.map((column) => fieldOf(column, edits)));
  return {
    name: !fields.has('full_name') && !fields.has('first_name') && !fields.has('last_name'),
    contact: !fields.has('phone') && !fields.has('whatsapp') && !fields.has('email'),
  };
}

/**
 * What is sent: everything HR chose, now or before, and how the file is read as it stands, for each change is read from the
 * file's start. What the app found by itself is left to it.
 */
export function change(whole: Reading, edits: Edits, remember: boolean): MappingChange {
  const columns = whole.mapping.flatMap((column) => {
    const edit = edits.get(column.column);
    if (!edit && column.how !== 'manual') return [];
    const order = orderOf(column, edits);
    const asked = order === 'day_first' || order === 'month_first' ? { date_order: order } : {};
    return [{ column: column.column, field: edit?.field ?? column.field, ...asked }];
  });
  const { portal, sheet, header_row } = whole;
  return {
    portal,
    ...(sheet == null ? {} : { sheet }),
    header_row,
    ...written(whole.dialect),
    columns,
    remember,
  };
}

/** How a text file is written, as a request says it; nothing where the container leaves no choice. */
export const written = (
  dialect: Reading['dialect'],
): Pick<MappingChange, 'delimiter' | 'encoding' | 'quote' | 'escape'> => ({
  ...(dialect ? { encoding: dialect.encoding } : {}),
  ...(dialect?.delimiter ? { delimiter: dialect.delimiter } : {}),
  ...(dialect?.quote ? { quote: dialect.quote } : {}),
  ...(dialect?.escape ? { escape: dialect.escape } : {}),
});

/** The id that a portal of this name gets: a-z, 0-9 and _; empty where the name holds none of them. */
export const portalId = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 40);
