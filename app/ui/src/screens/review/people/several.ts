/** Two applicants or more who may be one person: which values differ, whose is chosen, and what follows from a decision. Pure. */
import type { Application, Duplicate, DuplicateQuestion, LinkRequest } from '../../../api/types';
import { choiceLines, type ChosenField } from '../../applicants/choices';
import { fieldText } from '../../import/values';

/** A field with what each of the applicants says of it. */
export interface ValueLine {
  field: ChosenField;
  /** In the order of the applicants. */
  values: string[];
  differs: boolean;
}

/** By field, the id of the applicant whose value wins. */
export type Wins = { [Field in ChosenField]?: string };

/** Every field of which one of them says something. */
export function valueLines(people: readonly Application[]): ValueLine[] {
  const fields = new Set(
    people.flatMap((one) => people.flatMap((other) => choiceLines(one, other).map((line) => line.field))),
  );
  return [...fields].map((field) => {
    const values = people.map((one) => fieldText(one, field));
    return { field, values, differs: new Set(values.filter((value) => value !== '')).size > 1 };
  });
}

/** Whose value wins: the one that was chosen, else the one who stays, else the first who says something. */
export function winnerOf(line: ValueLine, people: readonly Application[], stays: string, wins: Wins): string {
  const says = (id: string | undefined): boolean =>
    people.some((one, index) => one.id === id && line.values[index] !== '');
  const chosen = wins[line.field];
  if (chosen !== undefined && says(chosen)) return chosen;
  if (says(stays)) return stays;
  return people.find((one) => says(one.id))?.id ?? stays;
}

/** The merges that make one of them all, in order. */
export function merges(
  people: readonly Application[],
  stays: string,
  wins: Wins,
): { into: string; request: LinkRequest }[] {
  const lines = valueLines(people);
  return people
    .filter((one) => one.id !== stays)
    .map((other) => {
      const choices = Object.fromEntries(
        lines
          .filter((line) => line.differs)
          .map((line) => [line.field, winnerOf(line, people, stays, wins) === other.id ? 'other' : 'own']),
      ) as NonNullable<LinkRequest['choices']>;
      return { into: stays, request: { kind: 'merged' as const, other: other.id, choices } };
    });
}

/** Every two of them. */
export const pairsOf = (ids: readonly string[]): [string, string][] =>
  ids.flatMap((one, index) => ids.slice(index + 1).map((other): [string, string] => [one, other]));

const agrees = (pair: Duplicate, field: string): boolean =>
  pair.evidence.some((step) => step.field === field && step.level === 'equal');

/** The class that is decided at once: two people, exactly the same phone and name, and nothing that speaks against it. */
export const isCertain = ({ people, pairs }: DuplicateQuestion): boolean =>
  people.length === 2 &&
  pairs.length === 1 &&
  pairs.every(
    (pair) =>
      agrees(pair, 'phone') &&
      agrees(pair, 'name') &&
      pair.evidence.every((step) => step.weight >= 0 || step.field === 'prior' || step.field === 'family'),
  );
