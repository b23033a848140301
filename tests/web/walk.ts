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

/** Changes the status of some without the page, as somebody else does at another desk; none of it may be refused. */
export async function move(page: Page, data: { act: string; applications: readonly string[]; [more: string]: unknown }) {
  const answer = await page.request.post('/v1/transitions', { data });
  expect(answer.status(), await answer.text()).toBe(200);
  for (const one of (await answer.json()).items) expect(one.refused ?? null).toBeNull();
}

/** The application of somebody by her name. */
export async function idOf(page: Page, name: string): Promise<string> {
  const { items } = await (await page.request.get('/v1/applications', { params: { q: name } })).json();
  expect(items.map((one: { full_name: string }) => one.full_name)).toEqual([name]);
  return items[0].id;
}

/** That what is on a telephone's screen needs no scrolling sideways. */
export async function expectNarrow(page: Page, what: string) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide, `${what} fits on a phone`).toBe(0);
}
