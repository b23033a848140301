import { checkOf } from './axe.ts';
import { expect, test } from './satu.ts';
import { commit, dropGlints, dropJobstreet } from './walk.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every screen can be used by everybody (${colorScheme})`, async ({ page }) => {
    test.slow();
    await page.emulateMedia({ colorScheme });
    const check = checkOf(page);

    await page.goto('/');
    await expect(page.getByTestId('drop-zone')).toBeVisible();
    await check('nothing imported yet');
    await dropGlints(page);
    await check('a draft');
    await page.getByTestId('tab-columns').click();
    await expect(page.getByTestId('mapping')).toBeVisible();
    await check('the mapping');
    await page.getByTestId('commit').click();
    await expect(page.getByTestId('commit-confirm')).toBeVisible();
    await check('the question before a commit');
    await page.keyboard.press('Escape');
    await commit(page);
    await check('the result');
    await dropJobstreet(page);
    await page.keyboard.press('j');
    await expect(page.getByTestId('row-details')).toBeVisible();
    await check('a decision');
    await commit(page);

    await page.getByTestId('nav-review').click();
    await expect(page.getByTestId('decide-same')).toBeVisible();
    await check('the queue');
    await page.getByTestId('nav-applicants').click();
    await expect(page.getByTestId('applicant-row').first()).toBeVisible();
    await check('the applicants');
    await page.getByTestId('export').click();
    await expect(page.getByRole('main').getByRole('menu')).toBeVisible();
    await check('a menu');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('menu')).toHaveCount(0);
    await page.getByTestId('applicant-row').first().click();
    await check('one applicant');
    await page.getByTestId('nav-board').click();
    await expect(page.getByTestId('card').first()).toBeVisible();
    await check('the stage board');
    await page.getByTestId('nav-history').click();
    await expect(page.getByTestId('undo').first()).toBeVisible();
    await check('the history');
  });
}
