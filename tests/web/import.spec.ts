import { drop, expect, test, walk } from './satu.ts';

test('a portal file is dragged in, decided, committed, found among the applicants, and taken back', async ({ page }) => {
  await page.goto('/');

  await test.step('four new applicants from Glints', async () => {
    await drop(page, walk('glints-pelamar-mei.csv'));
    await expect(page.getByTestId('import-ready')).toBeVisible();
    await expect(page.getByTestId('outcome-chip-new')).toContainText('4');
    await page.getByTestId('commit').click();
    await page.getByTestId('commit-confirm').click();
    await expect(page.getByTestId('result')).toContainText('4');
  });

  await test.step('from JobStreet: one known, one doubtful, one new, one out of reach', async () => {
    await page.getByTestId('nav-import').click();
    await drop(page, walk('jobstreet-pelamar-juni.csv'));
    await expect(page.getByTestId('import-ready')).toBeVisible();
    for (const outcome of ['match', 'review', 'new', 'rejected']) {
      await expect(page.getByTestId(`outcome-chip-${outcome}`)).toContainText('1');
    }
  });

  await test.step('the doubtful row is decided by keyboard: two people share the number', async () => {
    await page.getByTestId('outcome-chip-review').click();
    await page.getByTestId('grid-row-3').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('decide-shared').press('Enter');
  });

  await test.step('what was decided is committed', async () => {
    await page.getByTestId('commit').click();
    await page.getByTestId('commit-confirm').click();
    await expect(page.getByTestId('result')).toBeVisible();
  });

  await test.step('the applicants are found; Siti is one person from two portals', async () => {
    await page.getByTestId('nav-applicants').click();
    for (const [name, count] of [['Maya Anggraini', 1], ['Bambang Hartono', 1], ['Siti Rahmawati', 1], ['Yuni', 0]] as const) {
      await page.getByTestId('applicant-search').fill(name);
      await expect(page.getByTestId('applicant-row')).toHaveCount(count);
    }
  });

  await test.step('the second import is taken back, the first one stays', async () => {
    await page.getByTestId('nav-history').click();
    await page.getByTestId('undo').first().click();
    await page.getByTestId('undo-confirm').click();
    await page.getByTestId('nav-applicants').click();
    await page.getByTestId('applicant-search').fill('Maya Anggraini');
    await expect(page.getByTestId('applicant-row')).toHaveCount(0);
    await page.getByTestId('applicant-search').fill('Siti Rahmawati');
    await expect(page.getByTestId('applicant-row')).toHaveCount(1);
  });
});
