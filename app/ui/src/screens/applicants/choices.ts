/** The values of two applications that HR chooses from before she makes them one. Pure. */
import type { Application, Detail, Fields, Winner } from '../../api/types';
import { fieldText } from '../import/values';

export type ChosenField = Exclude<Detail, 'answers' | 'extras'>;
export type Choices = { [Field in ChosenField]?: Winner };

const ORDER: readonly ChosenField[] = [
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
  'expected_salary',
  'resume_url',
];

/** `choice`: both say something else, so a person chooses. */
export interface ChoiceLine {
  field: ChosenField;
  own: string;
  other: string;
  choice: boolean;
}

/** Every field in which one of the two says something. */
export function choiceLines(own: Fields, other: Fields): ChoiceLine[] {
  return ORDER.map((field) => ({ field, own: fieldText(own, field), other: fieldText(other, field) }))
    .filter((line) => line.own !== '' || line.other !== '')
    .map((line) => ({ ...line, choice: line.own !== '' && line.other !== '' && line.own !== line.other }));
}

/** Whose value will be shown: where only one says something, hers. */
export const winner = ({ field, own }: ChoiceLine, choices: Choices): Winner =>
  own === '' ? 'other' : (choices[field] ?? 'own');

/** The same choices when the two change places. */
export const swapped = (lines: readonly ChoiceLine[], choices: Choices): Choices =>
  Object.fromEntries(
    lines
      .filter((line) => line.choice)
      .map((line) => [line.field, winner(line, choices) === 'own' ? 'other' : 'own']),
  );

/** Applications that one can be compared with: every other. */
export const others = <One extends { id: string }>(
  all: readonly One[],
  own: Pick<Application, 'id'>,
): One[] => all.filter((one) => one.id !== own.id);
