// Those who work here, as the tests make and use them: through the API where it is not the point, through the page where it is.

import type { Page } from '@playwright/test';
import { expect } from './satu.ts';

/** The password that everybody here has chosen. */
export const OWN = 'kuda payung sore biru';

/** Adds somebody in the page; the password that is shown once. */
export async function add(page: Page, name: string, role: string): Promise<string> {
  await page.getByTestId('add-member').click();
  await page.getByTestId('add-name').fill(name);
  await page.getByTestId(`role-${role}`).check();
  await page.getByTestId('add-confirm').click();
  await expect(page.getByTestId('one-time')).toBeVisible();
  const given = await page.getByTestId('one-time').innerText();
  await page.getByTestId('one-time-close').click();
  await expect(page.getByTestId('one-time')).toBeHidden();
  return given;
}

/** Signs in at the page that asks for it. */
export async function signIn(page: Page, name: string, password: string) {
  await page.getByTestId('sign-in-name').fill(name);
  await page.getByTestId('sign-in-password').fill(password);
  await page.getByTestId('sign-in-submit').click();
}

/** Chooses a password of her own in place of the one that was given. */
export async function choose(page: Page, given: string) {
  await expect(page.getByTestId('choose-password')).toBeVisible();
  await page.getByTestId('password-old').fill(given);
  await page.getByTestId('password-new').fill(OWN);
  await page.getByTestId('password-save').click();
  await expect(page.getByTestId('nav-account')).toBeVisible();
}

export async function signOut(page: Page) {
  await page.getByTestId('nav-account').click();
  await page.getByTestId('sign-out').click();
  await expect(page.getByTestId('sign-in')).toBeVisible();
}

/** Makes somebody a member of the team, and signs the page in as her: all of it without the page. */
export async function join(page: Page, name: string, role: 'viewer' | 'recruiter' | 'admin') {
  const { request } = page;
  const welcome = await request.post('/v1/staff', { data: { name, role } });
  expect(welcome.status()).toBe(201);
  const { password } = await welcome.json();
  await enter(page, name, password);
  const own = { old_password: password, new_password: OWN };
  expect((await request.post('/v1/staff/password', { data: own })).status()).toBe(204);
}

/** Signs the page in as somebody, without the page. */
export async function enter(page: Page, name: string, password = OWN) {
  expect((await page.request.post('/v1/staff/session', { data: { name, password } })).status()).toBe(200);
}

/** Makes somebody an administrator of an empty team, and signs the page in as her: all of it without the page. */
export const admin = (page: Page, name: string) => join(page, name, 'admin');
