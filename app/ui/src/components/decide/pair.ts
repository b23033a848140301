/** The two people side by side, field by field. Pure. */
import type { Fields } from '../../api/types';

export type PairField =
  | 'full_name'
  | 'phone'
  | 'email'
  | 'birth_date'
  | 'gender'
  | 'location'
  | 'position'
  | 'applied_at'
  | 'education'
  | 'experience';
const ORDER: readonly PairField[] = [
  'full_name',
  'phone',
  'email',
  'birth_date',
  'gender',
  'location',
  'position',
  'applied_at',
  'education',
  'experience',
];

/** `one`: only one of the two says anything. `other`: they differ, as anybody's do from one application to the next. */
export type Agreement = 'equal' | 'differs' | 'one' | 'other';
export interface PairLine {
  field: PairField;
  agreement: Agreement;
}

/** Fields that tell one person from another. */
const TELLING: readonly PairField[] = ['full_name', 'phone', 'email', 'birth_date', 'gender', 'location'];

const plain = (value: string | null | undefined): string =>
  (value ?? '').trim().toLocaleLowerCase('id').replace(/\s+/g, ' ');

export function pairLines(a: Fields, b: Fields): PairLine[] {
  return ORDER.flatMap((field) => {
    const [left, right] = [plain(a[field]), plain(b[field])];
    if (!left && !right) return [];
    const agreement: Agreement =
      !left || !right ? 'one' : left === right ? 'equal' : TELLING.includes(field) ? 'differs' : 'other';
    return [{ field, agreement }];
  });
}
