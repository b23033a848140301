import type { Field } from '../../../api/types';
import { m } from '../../../paraglide/messages';

export interface GridColumn {
  key: 'row' | 'outcome' | 'name' | 'phone' | 'email' | 'position' | 'location' | 'date' | 'marks';
  title: () => string;
  /** The fields whose raw cell is edited here; none where nothing is edited. */
  fields: readonly Field[];
  width: string;
}

export const COLUMNS: readonly GridColumn[] = [
  { key: 'row', title: m.col_row, fields: [], width: '3.75rem' },
  { key: 'outcome', title: m.col_outcome, fields: [], width: '8.75rem' },
  {
    key: 'name',
    title: m.col_name,
    fields: ['full_name', 'first_name', 'last_name'],
    width: 'minmax(9.25rem, 1.4fr)',
  },
  { key: 'phone', title: m.col_phone, fields: ['phone', 'whatsapp'], width: 'minmax(10rem, 0.8fr)' },
  { key: 'email', title: m.col_email, fields: ['email'], width: 'minmax(10rem, 1.5fr)' },
  { key: 'position', title: m.col_position, fields: ['position'], width: 'minmax(7rem, 1fr)' },
  { key: 'location', title: m.col_location, fields: ['location'], width: 'minmax(6.5rem, 0.8fr)' },
  { key: 'date', title: m.col_date, fields: ['applied_at'], width: '6.25rem' },
  { key: 'marks', title: m.col_marks, fields: [], width: 'minmax(4.75rem, 0.4fr)' },
];
export const TEMPLATE = COLUMNS.map((column) => column.width).join(' ');
