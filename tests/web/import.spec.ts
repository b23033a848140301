import { writeFile } from 'node:fs/promises';
import { drop, expect, test } from './satu.ts';
import { commit, dropGlints, dropJobstreet, expectApplicants } from './walk.ts';

test('a portal file is dragged in, decided, committed, found among the applicants, and taken back', async ({ page }) => {
  await test.step('four new applicants from Glints', async () => {
    await dropGlints(page);
    await expect(page.getByTestId('detected')).toContainText('Glints');
    await expect(page.getByTestId('outcome-chip-new')).toContainText('4');
    await commit(page);
  });

  await test.step('from JobStreet: one known, one doubtful, one new, one out of reach', async () => {
    await dropJobstreet(page);
    await expect(page.getByTestId('detected')).toContainText('JobStreet');
    for (const outcome of ['match', 'review', 'new', 'rejected']) {
      await expect(page.getByTestId(`outcome-chip-${outcome}`), outcome).toContainText('1');
    }
  });

  await test.step('the doubtful row is decided without a mouse: two people share the number', async () => {
    const undecided = page.getByText('1 baris perlu keputusan Anda');
    await expect(undecided).toBeVisible();
    await page.keyboard.press('j');
    const details = page.getByTestId('row-details');
    await expect(details).toContainText('Bambang Hartono');
    await expect(details).toContainText('Dewi Lestari Putri');
    await page.keyboard.press('3');
    await expect(undecided).toBeHidden();
  });

  await test.step('what was decided is committed', () => commit(page));

  await test.step('the applicants are found; Siti is one person from two portals', async () => {
    await expectApplicants(page, 'Maya Anggraini', 1);
    await expectApplicants(page, 'Bambang Hartono', 1);
    await expectApplicants(page, 'Yuni Astuti', 0);
    await expectApplicants(page, 'Siti Rahmawati', 1);
    const siti = page.getByTestId('applicant-row').first();
    await expect(siti).toContainText('Glints');
    await expect(siti).toContainText('JobStreet');
  });

  await test.step('the second import is taken back, the first one stays', async () => {
    await page.getByTestId('nav-history').click();
    await page.getByTestId('undo').first().click();
    await page.getByTestId('undo-confirm').click();
    await expect(page.getByTestId('undo-result')).toBeVisible();
    await expectApplicants(page, 'Maya Anggraini', 0);
    await expectApplicants(page, 'Siti Rahmawati', 1);
  });
});

test('the same file a second time changes nothing', async ({ page }) => {
  await dropGlints(page);
  await commit(page);
  await dropGlints(page);
  await expect(page.getByTestId('outcome-chip-repeat')).toContainText('4');
  await commit(page);
  await expectApplicants(page, 'Siti Rahmawati', 1);
});

test('what is no table is refused by name, and the next file still works', async ({ page }, info) => {
  const broken = info.outputPath('pelamar-rusak.xlsx');
  await writeFile(broken, Buffer.from([0x50, 0x4b, 0x03, 0x04, 0, 0, 0, 0]));
  await page.goto('/');
  await drop(page, broken);
  const refusal = page.getByTestId('upload').filter({ hasText: 'pelamar-rusak.xlsx' });
  await expect(refusal).toHaveRole('alert');
  await dropGlints(page);
  await expect(page.getByTestId('outcome-chip-new')).toContainText('4');
});
