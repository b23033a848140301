// The funnel: how many stand where, as of which day, and why they were lost; in charts and in tables, by the keyboard, too.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { checkOf } from './axe.ts';
import { binary, expect, test } from './satu.ts';
import { commit, dropGlints, move } from './walk.ts';

/** A day in Jakarta, so many days ago. */
const daysAgo = (days: number) => new Date(Date.now() + 7 * 3_600_000 - days * 86_400_000).toISOString().slice(0, 10);

/** Four come from Glints, two of them are invited, one of those is turned down: the latter without the page. */
async function furnish(page: Page) {
  await dropGlints(page);
  await commit(page);
  const { items } = await (await page.request.get('/v1/applications')).json();
  const [first, second] = items.map((one: { id: string }) => one.id);
  await move(page, { act: 'advance', applications: [first, second] });
  await move(page, { act: 'reject', reasons: ['failed_interview_hr'], applications: [first] });
}

/** The numbers of a stage, in the chart or in the table. */
async function expectStage(page: Page, stage: string, numbers: Record<string, string>) {
  const line = page.getByTestId(`stage-${stage}`);
  for (const [testid, said] of Object.entries(numbers)) {
    await expect(line.getByTestId(testid), `${testid} of ${stage}`).toHaveText(new RegExp(`^\\s*${said}(?!\\d)`));
  }
}

const open = async (page: Page) => {
  await page.getByTestId('nav-funnel').click();
  await expect(page.getByTestId('funnel-total')).toContainText('4 pelamar');
};

test('without applicants it says so', async ({ page }) => {
  await page.goto('/#/corong');
  await expect(page.getByRole('heading', { name: 'Belum ada pelamar' })).toBeVisible();
  await expect(page.getByTestId('replay')).toHaveCount(0);
});

test('numbers, reasons and portals, in charts and in tables, lead to who they are', async ({ page }) => {
  await furnish(page);
  await open(page);
  const numbers = async () => {
    const screening = { 'stand-ACTIVE': '2', 'stand-REJECTED': '0', entered: '4', conversion: '100' };
    await expectStage(page, 'SCREENING', screening);
    const interview = { 'stand-ACTIVE': '1', 'stand-REJECTED': '1', 'stand-RESIGNED': '0', entered: '2', conversion: '0' };
    await expectStage(page, 'INTERVIEW_HR', interview);
    await expectStage(page, 'PSIKOTEST', { 'stand-ACTIVE': '0', entered: '0', conversion: '–' });
    await expect(page.getByTestId('loss')).toHaveCount(1);
    await expect(page.getByTestId('loss')).toContainText('Tidak lolos wawancara HR');
    await expect(page.getByTestId('portal-glints').getByRole('cell').nth(2)).toContainText(/2\s*50/);
  };

  await test.step('in the chart', async () => {
    await numbers();
    await expect(page.getByTestId('sum-running')).toHaveText('3');
    await expect(page.getByTestId('sum-gone')).toHaveText('1');
  });

  await test.step('in the table, which the address keeps', async () => {
    await page.getByTestId('funnel-table').click();
    await expect(page.getByRole('columnheader', { name: 'Konversi' })).toBeVisible();
    await numbers();
    await page.reload();
    await expect(page.getByRole('columnheader', { name: 'Konversi' })).toBeVisible();
  });

  await test.step('of those who withdrew there is nobody', async () => {
    await page.getByTestId('lost-RESIGNED').click();
    await expect(page.getByTestId('losses-none')).toBeVisible();
    await page.getByTestId('lost-REJECTED').click();
    await expect(page.getByTestId('loss')).toHaveCount(1);
  });

  await test.step('a number leads to the people, and back leads to the table again', async () => {
    await page.getByTestId('stage-INTERVIEW_HR').getByTestId('stand-REJECTED').click();
    await expect(page).toHaveURL(/#\/pelamar\?stage=INTERVIEW_HR&sub_state=REJECTED$/);
    await expect(page.getByTestId('applicant-row')).toHaveCount(1);
    await page.goBack();
    await expect(page).toHaveURL(/#\/corong\?.*tampil=tabel/);
    await expectStage(page, 'INTERVIEW_HR', { 'stand-REJECTED': '1' });
  });

  await test.step('of another portal there is nobody', async () => {
    await page.getByTestId('funnel-portal').click();
    await page.getByRole('option', { name: 'JobStreet' }).click();
    await expect(page.getByTestId('funnel-total')).toContainText('0 pelamar');
    await expectStage(page, 'SCREENING', { 'stand-ACTIVE': '0', entered: '0' });
    await page.goBack();
    await expect(page.getByTestId('funnel-total')).toContainText('4 pelamar');
  });
});

test('a day of the past is shown, a wrong one is told of, and weeks are played', async ({ page }) => {
  await furnish(page);
  await open(page);
  const total = page.getByTestId('funnel-total');

  await test.step('yesterday there was nobody, and nobody to be led to', async () => {
    await page.getByTestId('funnel-as-of').fill(daysAgo(1));
    await expect(total).toContainText('0 pelamar');
    await expect(page).toHaveURL(new RegExp(`#/corong\\?per=${daysAgo(1)}$`));
    await expectStage(page, 'SCREENING', { 'stand-ACTIVE': '0', entered: '0' });
    await expect(page.getByTestId('stages').getByRole('link')).toHaveCount(0);
    await page.goBack();
    await expect(total).toContainText('4 pelamar');
    await expect(page).toHaveURL(/#\/corong$/);
  });

  await test.step('a day that is still to come is not asked for', async () => {
    await page.goto(`/#/corong?per=${daysAgo(-2)}`);
    await expect(page.getByRole('alert')).toContainText('belum tiba');
    await expect(page.getByTestId('stages')).toHaveCount(0);
    await page.goto('/#/corong?per=kemarin');
    await expect(page.getByRole('alert')).toContainText('bukan tanggal');
    await page.getByTestId('funnel-reset').click();
    await expect(total).toContainText('4 pelamar');
  });

  await test.step('moves since today are all of them', async () => {
    await page.getByTestId('funnel-since').fill(daysAgo(0));
    await expect(page.getByText('dihitung dari gerak sejak')).toBeVisible();
    await expectStage(page, 'SCREENING', { entered: '4' });
  });

  await test.step('by keys, a week back and on again; then all of it plays to its end', async () => {
    await page.getByTestId('funnel-since').fill(daysAgo(8));
    await expect(page).toHaveURL(new RegExp(`sejak=${daysAgo(8)}`));
    const slider = page.getByTestId('replay-slider');
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    await expect(total).toContainText('0 pelamar');
    await page.keyboard.press('ArrowRight');
    await expect(total).toContainText('4 pelamar');
    await page.keyboard.press('Home');
    await expect(page).toHaveURL(new RegExp(`per=${daysAgo(8)}`));
    await page.getByTestId('replay-play').focus();
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('replay-play')).toHaveAccessibleName('Jeda');
    await expect(total).toContainText('4 pelamar');
    await expect(page.getByTestId('replay-play')).toHaveAccessibleName('Putar');
    await expect(page.getByTestId('replay-day')).toHaveText('hari ini');
  });
});

test('what is shown is saved as a workbook that opens, of whichever day it is', async ({ page }, info) => {
  const button = page.getByTestId('funnel-export');
  const save = async (name: string): Promise<string> => {
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    expect(download.suggestedFilename()).toMatch(/^corong.*\.xlsx$/);
    await expect(page.getByText(/Unduhan.* dimulai/).last()).toBeVisible();
    const path = info.outputPath(name);
    await download.saveAs(path);
    const bytes = await readFile(path);
    expect(bytes.subarray(0, 2).toString(), 'a workbook is a zip').toBe('PK');
    expect(bytes.length).toBeGreaterThan(1024);
    return (await promisify(execFile)(binary, ['read', path, '--as', 'csv'])).stdout;
  };

  await page.goto('/#/corong');
  await expect(page.getByRole('heading', { name: 'Belum ada pelamar' })).toBeVisible();
  await expect(button, 'of nobody there is nothing to save').toBeDisabled();
  await furnish(page);
  await open(page);
  const now = await save('sekarang.xlsx');

  await page.getByTestId('funnel-as-of').fill(daysAgo(1));
  await expect(page.getByTestId('funnel-total')).toContainText('0 pelamar');
  const before = await save('kemarin.xlsx');
  expect(now).toContain('SCREENING,2,0,0,4,2,0,');
  expect(now).toContain('INTERVIEW_HR,1,1,0,2,0,1,');
  expect(before).toContain('SCREENING,0,0,0,0,0,0,');

  await page.goto('/#/corong?per=kemarin');
  await expect(button, 'of no day there is nothing to save').toBeDisabled();
});

test('when it cannot be had, it is asked for again', async ({ page }) => {
  await furnish(page);
  await page.route('**/v1/funnel*', (route) => route.abort());
  await page.getByTestId('nav-funnel').click();
  const again = page.getByRole('button', { name: 'Coba lagi' });
  await expect(again).toBeVisible();
  await page.unroute('**/v1/funnel*');
  await again.click();
  await expect(page.getByTestId('funnel-total')).toContainText('4 pelamar');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the funnel can be used by everybody (${colorScheme})`, async ({ page }) => {
    test.slow();
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const check = checkOf(page);
    await page.goto('/#/corong');
    await expect(page.getByRole('heading', { name: 'Belum ada pelamar' })).toBeVisible();
    await check('a funnel of nobody');
    await furnish(page);
    await open(page);
    await check('the funnel');
    await page.getByTestId('funnel-table').click();
    await expect(page.getByRole('columnheader', { name: 'Konversi' })).toBeVisible();
    await check('the funnel as tables');
    const phone = async (name: string) => {
      await page.setViewportSize({ width: 375, height: 667 });
      const wide = await page.getByTestId('funnel').evaluate((funnel) => funnel.scrollWidth - funnel.clientWidth);
      expect(wide, `${name} fits on a phone`).toBe(0);
      await check(`${name} on a phone`);
      await page.setViewportSize({ width: 1280, height: 820 });
    };
    await phone('the funnel as tables');
    await page.getByTestId('funnel-chart').click();
    await expect(page.getByTestId('losses-INTERVIEW_HR')).toBeVisible();
    await phone('the funnel');
    await page.goto('/#/corong?per=kemarin');
    await expect(page.getByRole('alert')).toBeVisible();
    await check('a wrong day');
  });
}
