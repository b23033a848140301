// Applicants go through the stages on the board: by keys, by dragging, and many at once.

import { dropGlints, commit } from './walk.ts';
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
