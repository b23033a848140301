// `npm run shots`: the pictures of the screens for the documents. Not part of the tests.

import { join } from 'node:path';
import { inviting } from '../walk/whatsapp.mjs';
import { drop, expect, test } from './satu.ts';
import { commit, ready } from './walk.ts';

const root = join(import.meta.dirname, '../..');
const sample = (name: string) => join(root, 'fixtures/samples', name);

test.use({ settings: inviting });

test('the screens @shots', async ({ page }) => {
  test.slow();
  const shot = async (name: string) => {
    await page.mouse.move(0, 0);
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(root, `docs/screenshots/${name}.png`) });
  };
  await page.goto('/');
  await drop(page, sample('glints.xlsx'));
  await ready(page);
  await page.getByTestId('grid-row-4').getByRole('gridcell').first().click();
  await expect(page.getByTestId('row-details')).toBeVisible();
  await shot('impor');
  await commit(page);
  await page.getByTestId('nav-import').click();
  await drop(page, sample('jobstreet.csv'));
  await ready(page);
  await commit(page);
  await page.getByTestId('result-invite').click();
  await expect(page.getByTestId('compose-sample')).toBeVisible();
  await shot('undang');

  await page.getByTestId('nav-applicants').click();
  await page.getByTestId('applicant-search').fill('ma');
  await page.getByTestId('applicant-row').filter({ hasText: /JobStreet.*Glints|Glints.*JobStreet/s }).first().click();
  await expect(page.getByTestId('applicant')).toBeVisible();
  await shot('pelamar');
  await page.getByTestId('nav-review').click();
  await expect(page.getByTestId('decide-same')).toBeVisible();
  await shot('tinjau');
  await page.getByTestId('nav-board').click();
  await expect(page.getByTestId('card').first()).toBeVisible();
  for (let moved = 0; moved < 4; moved += 1) {
    await page.getByTestId('column-SCREENING').getByTestId('card').first().focus();
    await page.keyboard.press('n');
    await page.getByTestId('transition-confirm').click();
    await expect(page.getByTestId('transition')).toBeHidden();
    await expect(page.getByTestId('column-INTERVIEW_HR').getByTestId('card')).toHaveCount(moved + 1);
  }
  // What was said of the moves is gone by then.
  await page.waitForTimeout(8000);
  for (const place of [0, 1]) await page.getByTestId('column-INTERVIEW_HR').getByTestId('card').nth(place).getByRole('checkbox').check();
  await shot('papan');
  await page.getByTestId('act-reject').click();
  await page.getByTestId('reason-failed_interview_hr').check();
  await page.getByTestId('transition-confirm').click();
  await expect(page.getByTestId('transition')).toBeHidden();
  await page.waitForTimeout(8000);
  await page.getByTestId('nav-funnel').click();
  await expect(page.getByTestId('loss')).toBeVisible();
  await shot('corong');
  await page.getByTestId('nav-history').click();
  await expect(page.getByTestId('undo').first()).toBeVisible();
  await shot('riwayat');
});
