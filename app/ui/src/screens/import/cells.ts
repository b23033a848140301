/** Which raw cell stands behind a value, and what became of a cell. Pure: no state, no words of its own. */
import type { Field, ImportRow, MappedColumn, RowProblem, RepairCode } from '../../api/types';

/** A suggestion is not used until HR confirms it. */
export const isUsed = (column: MappedColumn): boolean => column.how !== 'fuzzy';

export const cellOf = (row: ImportRow, column: MappedColumn): string => row.cells[column.column - 1] ?? '';

/**
 * The one column that an edit of this value writes to; null where it comes from several (first and last name).
 * Of several phone columns it is the first that holds something, else the first.
 */
export function sourceColumn(
  mapping: readonly MappedColumn[],
  row: ImportRow,
  fields: readonly Field[],
): MappedColumn | null {
  const columns = mapping.filter((column) => isUsed(column) && fields.includes(column.field));
  if (columns.length <= 1) return columns[0] ?? null;
  const contact = columns.every(
    ({ field }) => field === 'phone' || field === 'whatsapp' || field === 'email',
  );
  if (!contact) return null;
  return columns.find((column) => cellOf(row, column).trim() !== '') ?? columns[0] ?? null;
}

/** What was done to a cell: its own repairs, and those of the phones and emails that were read from it. */
export function repairsOf(row: ImportRow, column: MappedColumn): RepairCode[] {
  const codes = row.repairs.filter((repair) => repair.column === column.column).map((repair) => repair.code);
  for (const reading of readingsOf(row, column)) codes.push(...reading.repairs);
  return [...new Set(codes)];
}

export function readingsOf(row: ImportRow, column: MappedColumn) {
  const cell = cellOf(row, column);
  if (!isUsed(column)) return [];
  if (column.field === 'email') return row.emails.filter((reading) => cell.includes(reading.raw));
  if (column.field === 'phone' || column.field === 'whatsapp')
    return row.phones.filter((reading) => cell.includes(reading.raw));
  return [];
}

/** What is wrong with a cell, each code once. */
export function problemsOf(row: ImportRow, column: MappedColumn): RowProblem[] {
  const found = row.problems.filter((problem) => problem.column === column.column);
  for (const reading of readingsOf(row, column)) {
    const code = reading.problem;
    if (code && !found.some((problem) => problem.code === code))
      found.push({ code, column: column.column, value: reading.raw, message: code });
  }
  return found;
}

/** The problems that no cell is to blame for. */
export const rowProblems = (row: ImportRow): RowProblem[] =>
  row.problems.filter((problem) => problem.column == null);

/** How many repairs a row has had, phones and emails included. */
export const repairCount = (row: ImportRow): number =>
  row.repairs.length +
  row.phones.reduce((sum, reading) => sum + reading.repairs.length, 0) +
  row.emails.reduce((sum, reading) => sum + reading.repairs.length, 0);
