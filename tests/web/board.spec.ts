// Applicants go through the stages on the board: by keys, by dragging, and many at once.

import { checkOf } from './axe.ts';
import { commit, dropGlints, expectNarrow, idOf, move } from './walk.ts';
import { expect, test } from './satu.ts';

test.beforeEach(async ({ page }) => {
  await page.goto('/');
  await dropGlints(page);
  await commit(page);
  await page.getByTestId('nav-board').click();
  await expect(page.getByTestId('column-SCREENING').getByTestId('card').first()).toBeVisible();
});

test('a card is sent on, turned down with a reason, and all of it stands in her history', async ({ page }) => {
  const [screening, interview] = [page.getByTestId('column-SCREENING'), page.getByTestId('column-INTERVIEW_HR')];
  const before = await screening.getByTestId('card').count();
  const name = await screening.getByTestId('card').first().getByRole('link').innerText();
  await screening.getByTestId('card').first().focus();
  await page.keyboard.press('n');
  await page.getByTestId('transition-confirm').click();
  await expect(interview.getByRole('link', { name })).toBeVisible();
  await expect(screening.getByTestId('card')).toHaveCount(before - 1);

  await interview.getByTestId('card').first().focus();
  await page.keyboard.press('t');
  await expect(page.getByTestId('transition-confirm')).toBeDisabled();
  await page.getByTestId('reason-failed_interview_hr').check();
  await page.getByTestId('transition-confirm').click();
  await expect(interview.getByTestId('card')).toHaveCount(0);

  await page.getByTestId('nav-applicants').click();
  await page.getByTestId('applicant-row').filter({ hasText: name }).click();
  const applicant = page.getByTestId('applicant');
  await expect(applicant).toContainText('Tidak lolos wawancara HR');
  await page.getByTestId('reopen').click();
  await page.getByTestId('reason-reconsidered').check();
  await page.getByTestId('transition-confirm').click();
  await expect(page.getByTestId('advance-PSIKOTEST')).toBeVisible();
});

test('a card is dragged to the next stage', async ({ page }) => {
  const [screening, interview] = [page.getByTestId('column-SCREENING'), page.getByTestId('column-INTERVIEW_HR')];
  const name = await screening.getByTestId('card').first().getByRole('link').innerText();
  await screening.getByTestId('card').first().dragTo(interview);
  await page.getByTestId('transition-confirm').click();
  await expect(interview.getByRole('link', { name })).toBeVisible();
});

test('of many those who may not go stay, and it says so before', async ({ page }) => {
  const screening = page.getByTestId('column-SCREENING');
  const interview = page.getByTestId('column-INTERVIEW_HR');
  for (const place of [0, 1]) await screening.getByTestId('card').nth(place).getByRole('checkbox').check();
  await expect(page.getByTestId('chosen-n')).toContainText('2');
  await page.getByTestId('act-advance').click();
  await page.getByTestId('transition-confirm').click();
  await expect(interview.getByTestId('card')).toHaveCount(2);
  // One of another stage: its reason does not fit there.
  await screening.getByTestId('card').first().getByRole('checkbox').check();
  await interview.getByTestId('card').first().getByRole('checkbox').check();
  await page.getByTestId('act-reject').click();
  await page.getByTestId('reason-failed_interview_hr').check();
  await expect(page.getByTestId('transition').getByRole('list')).toContainText('alasan itu tidak berlaku');
  await page.getByTestId('transition-confirm').click();
  await expect(interview.getByTestId('card')).toHaveCount(1);
});

test('whom somebody else has moved meanwhile stays where she is, and it says so before', async ({ page }) => {
  const [screening, interview] = [page.getByTestId('column-SCREENING'), page.getByTestId('column-INTERVIEW_HR')];
  for (const place of [0, 1, 2]) await screening.getByTestId('card').nth(place).getByRole('checkbox').check();
  const names = await screening.getByTestId('card').getByRole('link').allInnerTexts();
  const [onward = '', out = '', still = ''] = names;
  await move(page, { act: 'advance', applications: [await idOf(page, onward)] });
  await move(page, { act: 'resign', reasons: ['ill'], applications: [await idOf(page, out)] });

  await page.keyboard.press('n');
  const asked = page.getByTestId('transition');
  await expect(asked).toContainText('1 dari 3 akan berubah');
  const refused = page.getByRole('list', { name: 'Yang tidak bisa diubah' }).getByRole('listitem');
  await expect(refused).toHaveCount(2);
  await expect(refused.filter({ hasText: onward })).toContainText('tetap di Wawancara HR, Aktif');
  await expect(refused.filter({ hasText: out })).toContainText('tetap di Seleksi awal, Mengundurkan diri');
  await page.getByTestId('transition-confirm').click();
  await expect(page.getByText('1 pelamar diubah.')).toBeVisible();
  // The board is as it is now: one had gone on already, one has gone on with this, one has left it.
  await expect(interview.getByTestId('card')).toHaveCount(2);
  for (const name of [onward, still]) await expect(interview.getByRole('link', { name })).toBeVisible();
  await expect(page.getByTestId('card').filter({ hasText: out })).toHaveCount(0);
  await expect(page.getByTestId('column-PSIKOTEST').getByTestId('card'), 'nobody is moved twice').toHaveCount(0);
});

test('who is refused only when it is carried out is shown then, with the reason', async ({ page }) => {
  const [screening, interview] = [page.getByTestId('column-SCREENING'), page.getByTestId('column-INTERVIEW_HR')];
  for (const place of [0, 1]) await screening.getByTestId('card').nth(place).getByRole('checkbox').check();
  const [crossed = '', still = ''] = await screening.getByTestId('card').getByRole('link').allInnerTexts();
  await page.keyboard.press('n');
  const asked = page.getByTestId('transition');
  await expect(asked).toContainText('2 dari 2 akan berubah');
  await move(page, { act: 'resign', reasons: ['ill'], applications: [await idOf(page, crossed)] });
  await page.getByTestId('transition-confirm').click();
  await expect(page.getByRole('dialog')).toContainText('1 dari 2 pelamar diubah; yang lain tetap');
  const refused = page.getByRole('list', { name: 'Yang tidak bisa diubah' }).getByRole('listitem');
  await expect(refused).toHaveCount(1);
  await expect(refused).toContainText(crossed);
  await expect(refused).toContainText('sudah tidak aktif; buka kembali dulu');
  await page.getByTestId('transition-close').click();
  await expect(interview.getByRole('link', { name: still })).toBeVisible();
  await expect(interview.getByTestId('card')).toHaveCount(1);
  await expect(page.getByTestId('card').filter({ hasText: crossed })).toHaveCount(0);
});

test('where nobody may go nothing can be confirmed; and a withdrawal takes those of every stage', async ({ page }) => {
  const [screening, interview] = [page.getByTestId('column-SCREENING'), page.getByTestId('column-INTERVIEW_HR')];
  const names = await screening.getByTestId('card').getByRole('link').allInnerTexts();
  const [first = '', second = ''] = names;
  await move(page, { act: 'advance', applications: [await idOf(page, first)] });
  await page.reload();
  await expect(interview.getByTestId('card')).toHaveCount(1);
  await interview.getByTestId('card').getByRole('checkbox').check();
  await page.getByTestId('act-reject').click();
  await page.getByTestId('reason-failed_interview_hr').check();
  await expect(page.getByTestId('transition-confirm')).toBeEnabled();
  await move(page, { act: 'resign', reasons: ['ill'], applications: [await idOf(page, first)] });
  // Another reason, and it is asked anew what would come of it.
  await page.getByTestId('reason-absent').check();
  await expect(page.getByTestId('transition')).toContainText('sudah tidak aktif; buka kembali dulu');
  await expect(page.getByTestId('transition-confirm')).toBeDisabled();
  await page.keyboard.press('Escape');

  await move(page, { act: 'reopen', reasons: ['returned'], applications: [await idOf(page, first)] });
  await page.reload();
  await interview.getByTestId('card').getByRole('checkbox').check();
  await screening.getByTestId('card').filter({ hasText: second }).getByRole('checkbox').check();
  await page.keyboard.press('u');
  await page.getByTestId('reason-no_response').check();
  await expect(page.getByTestId('transition')).toContainText('2 dari 2 akan berubah');
  await page.getByTestId('transition-confirm').click();
  await expect(page.getByText('2 pelamar diubah.')).toBeVisible();
  await expect(interview.getByTestId('card')).toHaveCount(0);
  await expect(screening.getByTestId('card')).toHaveCount(names.length - 2);
  await expect(page.getByTestId('chosen-n')).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`moving many can be used by everybody (${colorScheme})`, async ({ page }) => {
    test.slow();
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const check = checkOf(page);
    const look = async (screen: string) => {
      await check(screen);
      await page.setViewportSize({ width: 375, height: 667 });
      await expectNarrow(page, screen);
      await check(`${screen} on a phone`);
      await page.setViewportSize({ width: 1280, height: 820 });
    };
    const screening = page.getByTestId('column-SCREENING');
    await page.reload();
    for (const place of [0, 1]) await screening.getByTestId('card').nth(place).getByRole('checkbox').check();
    await look('the board with some chosen');
    await move(page, { act: 'advance', applications: [await idOf(page, await screening.getByTestId('card').first().getByRole('link').innerText())] });
    await page.getByTestId('act-advance').click();
    await expect(page.getByTestId('transition').getByRole('list')).toBeVisible();
    await look('those who may go and those who may not');
  });
}
