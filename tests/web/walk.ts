// The steps of a person through Satu with the two files of tests/walk, as the screens' tests share them.

import { type Locator, type Page } from '@playwright/test';
import { drop, expect, walk } from './satu.ts';

/** Waits until an import that was dropped can be decided and committed. */
export async function ready(page: Page): Promise<Locator> {
  const draft = page.getByTestId('import-ready');
  await expect(draft).toBeVisible();
  return draft;
}

/** Drops the four new applicants of Glints; nothing is committed yet. */
export async function dropGlints(page: Page) {
  await page.goto('/');
  await drop(page, walk('glints-pelamar-mei.csv'));
  await ready(page);
}

/** Drops the file of JobStreet, which knows some of them; nothing is committed yet. */
export async function dropJobstreet(page: Page) {
  await page.getByTestId('nav-import').click();
  await drop(page, walk('jobstreet-pelamar-juni.csv'));
  await ready(page);
}

/** Commits the draft that is open. */
export async function commit(page: Page) {
  await page.getByTestId('commit').click();
  await page.getByTestId('commit-confirm').click();
  await expect(page.getByTestId('import-committed').getByTestId('result')).toBeVisible();
}

/** How many applicants the list shows for `name`. */
export async function expectApplicants(page: Page, name: string, count: number) {
  await page.getByTestId('nav-applicants').click();
  await page.getByTestId('applicant-search').fill(name);
  await expect(page.getByTestId('applicant-row').filter({ hasText: name })).toHaveCount(count);
}
