// `npm run shots`: the pictures of the README and the documents. Not part of the tests.

import { join } from 'node:path';
import { expect, test } from './satu.ts';
import { commit, dropGlints, dropJobstreet } from './walk.ts';

test.use({ deviceScaleFactor: 2 });

test('the screens @shots', async ({ page }) => {
  const shot = async (name: string) => {
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(import.meta.dirname, `../../docs/screenshots/${name}.png`) });
  };
  await dropGlints(page);
  await commit(page);
  await dropJobstreet(page);
  await page.keyboard.press('j');
  await expect(page.getByTestId('row-details')).toBeVisible();
  await shot('impor');
  await commit(page);
  await page.getByTestId('nav-applicants').click();
  await page.getByTestId('applicant-row').filter({ hasText: 'Siti Rahmawati' }).click();
  await shot('pelamar');
  await page.getByTestId('nav-history').click();
  await expect(page.getByTestId('undo').first()).toBeVisible();
  await shot('riwayat');
});
