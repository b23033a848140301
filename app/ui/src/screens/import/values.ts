/** The cleaned value of a column, as text for people. */
import type { Field, Fields, ImportRow, MappedColumn } from '../../api/types';
import { m } from '../../paraglide/messages';
import { date, phone, rupiah, time } from '../../words/format';
import { isUsed, readingsOf } from './cells';

/** One field of a person; empty where there is none. */
export function fieldText(
  fields: Fields,
  field: Exclude<Field, 'question' | 'answer' | 'answer_match' | 'extras' | 'ignore'>,
): string {
  switch (field) {
    case 'full_name':
    case 'first_name':
    case 'last_name':
      return fields.full_name ?? '';
    case 'phone':
    case 'whatsapp':
      return phone(fields.phone);
    case 'birth_date':
      return date(fields.birth_date);
    case 'applied_at':
      return fields.applied_at && fields.applied_at.length > 10
        ? time(fields.applied_at)
        : date(fields.applied_at);
    case 'gender':
      return fields.gender == null ? '' : fields.gender === 'female' ? m.gender_female() : m.gender_male();
    case 'expected_salary':
      return fields.expected_salary == null ? '' : rupiah(fields.expected_salary, fields.expected_salary_max);
    default:
      return fields[field] ?? '';
  }
}

/** What a column of this row became; empty where nothing did. */
export function cleaned(row: ImportRow, column: MappedColumn): string {
  if (!isUsed(column)) return '';
  switch (column.field) {
    case 'phone':
    case 'whatsapp':
      return readingsOf(row, column)
        .flatMap((reading) => (reading.value ? [phone(reading.value)] : []))
        .join(', ');
    case 'email':
      return readingsOf(row, column)
        .flatMap((reading) => (reading.value ? [reading.value] : []))
        .join(', ');
    case 'extras':
    case 'ignore':
    case 'question':
    case 'answer':
    case 'answer_match':
      return '';
    default:
      return fieldText(row.fields, column.field);
  }
}
