// One applicant's page: her status from withdrawal to work, with reasons, and what the law on personal data gives her.

import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { checkOf } from './axe.ts';
import { PIN } from './candidate.ts';
import { type Code, expect, test } from './satu.ts';
import { admin, enter, join } from './staff.ts';
import { commit, dropGlints, expectApplicants, expectNarrow, idOf, move, ready } from './walk.ts';

const SITI = { name: 'Siti Rahmawati', phone: '+6281234567801' };

async function furnish(page: Page) {
  await dropGlints(page);
  await commit(page);
}

/** Opens somebody's page from the list. */
async function open(page: Page, name: string) {
  await page.getByTestId('nav-applicants').click();
  await page.getByTestId('applicant-search').fill(name);
  await page.getByTestId('applicant-row').filter({ hasText: name }).click();
  await expect(page.getByTestId('applicant').getByRole('heading', { name })).toBeVisible();
}

/** Chooses in a field of the dialog that is open. */
async function choose(page: Page, field: RegExp, item: string) {
  await page.getByTestId('transition').getByRole('combobox', { name: field }).click();
  await page.getByRole('option', { name: item }).click();
}

/** What her page tells of her status, the newest first. */
const history = (page: Page) => page.getByTestId('applicant').locator('ol > li');

/** Every stage to the contract, without the page. */
async function sign(page: Page, id: string) {
  for (const stage of ['INTERVIEW_HR', 'PSIKOTEST', 'INTERVIEW_CM', 'OFFERING', 'IN_TRAINING', 'MCU', 'ONBOARDED_REGULAR']) {
    await move(page, { act: 'advance', stage, applications: [id] });
  }
}

/** She registers by code from a telephone of her own; gives what shows who she is. */
async function register(page: Page, satu: string, code: (purpose: string, to: string) => Promise<Code>) {
  const shown = await code('register', SITI.phone);
  const consent = { recruitment: true, version: '2026-11' };
  const data = { phone: SITI.phone, code: shown, pin: PIN, full_name: SITI.name, consent };
  const answer = await page.request.post(`${satu}/v1/register`, { data });
  expect(answer.status(), await answer.text()).toBe(201);
  return { authorization: `Bearer ${(await answer.json()).tokens.access_token}` };
}

test('she withdraws for two reasons, comes back, and a record that was wrong is corrected', async ({ page }) => {
  await furnish(page);
  await open(page, SITI.name);
  const confirm = page.getByTestId('transition-confirm');

  await test.step('a dialog that is left changes nothing, and her page stays', async () => {
    await page.getByTestId('resign').click();
    await expect(confirm).toBeDisabled();
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('transition')).toBeHidden();
    await expect(page.getByTestId('applicant')).toBeVisible();
  });

  await test.step('without a reason she does not withdraw; with two she does', async () => {
    await page.getByTestId('resign').click();
    await page.getByTestId('reason-new_job').check();
    await page.getByTestId('reason-benefits').check();
    await page.getByTestId('reason-ill').check();
    await page.getByTestId('reason-ill').uncheck();
    await expect(page.getByTestId('transition')).toContainText(/Seleksi awal, Aktif\s*Seleksi awal, Mengundurkan diri/);
    await confirm.click();
    await expect(history(page)).toHaveCount(2);
    await expect(history(page).first()).toContainText('Sudah dapat pekerjaan baru; Skema benefit kurang menarik');
    for (const gone of ['resign', 'reject', 'advance-INTERVIEW_HR']) await expect(page.getByTestId(gone)).toHaveCount(0);
  });

  await test.step('in English the reasons are English', async () => {
    await page.getByRole('button', { name: 'EN', exact: true }).click();
    await expect(history(page).first()).toContainText('Found another job; The benefits do not appeal to her');
    await expect(page.getByTestId('reopen')).toHaveText(/Reopen/);
    await page.getByRole('button', { name: 'ID', exact: true }).click();
  });

  await test.step('she comes back to where she stood', async () => {
    await page.getByTestId('reopen').click();
    await expect(confirm).toBeDisabled();
    await page.getByTestId('reason-returned').check();
    await confirm.click();
    await expect(history(page)).toHaveCount(3);
    await expect(page.getByTestId('advance-INTERVIEW_HR')).toBeVisible();
  });

  await test.step('a correction to what she has already is refused', async () => {
    await page.getByTestId('correct').click();
    await page.getByTestId('reason-wrong_status').check();
    await expect(page.getByTestId('transition')).toContainText('statusnya sudah begitu');
    await expect(confirm).toBeDisabled();
  });

  await test.step('a correction leads anywhere, and where it rejects it wants the reason for that as well', async () => {
    await choose(page, /^Tahap/, 'Psikotes');
    await choose(page, /^Status/, 'Ditolak');
    await expect(confirm).toBeDisabled();
    await page.getByTestId('reason-failed_psikotest').check();
    await expect(page.getByTestId('transition')).toContainText(/Seleksi awal, Aktif\s*Psikotes, Ditolak/);
    await confirm.click();
    await expect(history(page)).toHaveCount(4);
    await expect(history(page).first()).toContainText('Psikotes');
    await expect(history(page).first()).toContainText('Salah memilih status');
    await expect(history(page).first()).toContainText('Tidak lolos psikotest');
    await expect(page.getByTestId('reopen')).toBeVisible();
  });

  await test.step('nothing of it is lost: every record stands there after a reload, too', async () => {
    await page.reload();
    await expect(history(page)).toHaveCount(4);
    await expect(history(page).nth(1)).toContainText('Kandidat ingin melanjutkan');
  });
});

test('whoever has signed is activated and may enter what those who work may, until it is taken back', async ({ page, satu, code }) => {
  await furnish(page);
  const id = await idOf(page, SITI.name);
  const hers = await register(page, satu, code);
  const mayEnter = async (platform: string) => {
    const answer = await page.request.get(`${satu}/v1/eligibility/${platform}`, { headers: hers });
    return (await answer.json()).allowed;
  };

  await open(page, SITI.name);
  await expect(page.getByTestId('applicant')).toContainText('Punya akun');
  await expect(page.getByTestId('activate'), 'nobody is activated before her contract').toHaveCount(0);
  await sign(page, id);
  await page.reload();
  expect([await mayEnter('nanny_app'), await mayEnter('payroll')]).toEqual([true, false]);

  await page.getByTestId('activate').click();
  await expect(page.getByTestId('deactivate')).toBeVisible();
  await expect(page.getByTestId('applicant').getByText('Aktif bekerja')).toBeVisible();
  expect(await mayEnter('payroll')).toBe(true);

  await page.getByTestId('deactivate').click();
  await expect(page.getByTestId('activate')).toBeVisible();
  await expect(page.getByTestId('applicant').getByText('Aktif bekerja')).toHaveCount(0);
  expect([await mayEnter('nanny_app'), await mayEnter('payroll')]).toEqual([true, false]);

  await test.step('from one kind of contract to the other, and out with a reason: she is no longer at work', async () => {
    await page.getByTestId('activate').click();
    await expect(page.getByTestId('deactivate')).toBeVisible();
    await page.getByTestId('advance-ONBOARDED_ON_DEMAND').click();
    await page.getByTestId('transition-confirm').click();
    await expect(history(page).first()).toContainText('Mitra on-demand');
    await page.getByTestId('reject').click();
    await page.getByTestId('reason-performance').check();
    await page.getByTestId('transition-confirm').click();
    await expect(page.getByTestId('reopen')).toBeVisible();
    for (const gone of ['activate', 'deactivate']) await expect(page.getByTestId(gone)).toHaveCount(0);
    expect([await mayEnter('nanny_app'), await mayEnter('payroll')]).toEqual([false, false]);
  });
});

test('her data is given to her as a file, and erased when she asks: by an administrator only', async ({ page, satu, code }, info) => {
  test.slow();
  await admin(page, 'rina');
  await furnish(page);
  const id = await idOf(page, SITI.name);
  await register(page, satu, code);
  await move(page, { act: 'advance', applications: [id] });
  const funnel = async () => (await (await page.request.get('/v1/funnel')).json()).stages;
  const counted = await funnel();

  await test.step('who recruits is offered none of it, and refused', async () => {
    await join(page, 'budi', 'recruiter');
    await page.reload();
    await open(page, SITI.name);
    await expect(page.getByTestId('resign')).toBeVisible();
    await expect(page.getByTestId('privacy')).toHaveCount(0);
    const erasure = { data: { full_name: SITI.name, why: 'asked' } };
    expect((await page.request.post(`/v1/applications/${id}/erase`, erasure)).status()).toBe(403);
    for (const what of ['personal-data', 'accesses']) {
      expect((await page.request.get(`/v1/applications/${id}/${what}`)).status(), what).toBe(403);
    }
    await enter(page, 'rina');
    await page.reload();
  });

  await test.step('who has looked at her is told', async () => {
    await page.getByTestId('privacy').click();
    await page.getByTestId('privacy-accesses').click();
    const looked = page.getByTestId('accesses').getByRole('listitem').filter({ hasText: 'budi' });
    await expect(looked.filter({ hasText: 'Membuka data pelamar' }).first()).toBeVisible();
    await expect(looked.first().locator('small')).toHaveText(/^\d{1,2} \w+ \d{4} \d\d\.\d\d WIB$/);
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('accesses')).toBeHidden();
  });

  await test.step('all that is held of her is one file', async () => {
    await page.getByTestId('privacy').click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('privacy-download').click()]);
    expect(download.suggestedFilename()).toBe(`data-pribadi-${id}.json`);
    const path = info.outputPath('data.json');
    await download.saveAs(path);
    const held = JSON.stringify(JSON.parse(await readFile(path, 'utf8')));
    // What the portal wrote of her, what was made of it, and her account.
    for (const hers of [SITI.name, SITI.phone, '0812-3456-7801', 'siti.rahmawati@example.com', 'INTERVIEW_HR', 'glints-pelamar-mei.csv']) {
      expect(held).toContain(hers);
    }
    for (const others of ['Nurhayati', 'Rina Kusuma', PIN]) expect(held).not.toContain(others);
  });

  await test.step('nobody is erased by a slip', async () => {
    await page.getByTestId('privacy').click();
    await page.getByTestId('privacy-erase').click();
    await expect(page.getByTestId('erase-confirm')).toBeDisabled();
    await page.getByTestId('erase-name').fill('siti rahmawati');
    await expect(page.getByTestId('erase-confirm')).toBeDisabled();
    await page.getByTestId('erase-name').fill(SITI.name);
    await page.getByTestId('erase-confirm').click();
  });

  await test.step('of her stays where she stood, without a name', async () => {
    await expect(page.getByTestId('erased')).toContainText('Data dihapus');
    await expect(history(page)).toHaveCount(2);
    await expect(page.getByTestId('applicant')).not.toContainText('Siti');
    for (const gone of ['privacy', 'resign', 'correct', 'compare']) await expect(page.getByTestId(gone)).toHaveCount(0);
    await page.reload();
    await expect(page.getByTestId('erased')).toBeVisible();
    await expectApplicants(page, SITI.name, 0);
    await expectApplicants(page, 'Nurhayati', 1);
    expect(await funnel(), 'the funnel counts as before').toEqual(counted);
    expect((await page.request.post('/v1/login', { data: { phone: SITI.phone, pin: PIN } })).status()).toBe(404);
  });

  await test.step('should she come again, somebody is asked first', async () => {
    await dropGlints(page);
    await ready(page);
    await expect(page.getByTestId('outcome-chip-review')).toContainText('1');
    await page.keyboard.press('j');
    await expect(page.getByTestId('row-details')).toContainText('Data sudah dihapus');
  });

  await test.step('that it was done stands in the log, and whom it was about does not', async () => {
    await page.getByTestId('nav-team').click();
    await page.getByTestId('tab-audit').click();
    const lines = page.getByTestId('audit-line');
    await expect(lines.filter({ hasText: 'Data pelamar dihapus atas permintaannya' })).toHaveCount(1);
    await expect(lines.filter({ hasText: 'rina' }).first()).toBeVisible();
    await expect(lines.filter({ hasText: SITI.name })).toHaveCount(0);
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`an applicant’s page can be used by everybody (${colorScheme})`, async ({ page, satu, code }) => {
    test.slow();
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const check = checkOf(page);
    /** As it is, and on a phone. */
    const look = async (screen: string) => {
      await check(screen);
      await page.setViewportSize({ width: 375, height: 667 });
      await expectNarrow(page, screen);
      await check(`${screen} on a phone`);
      await page.setViewportSize({ width: 1280, height: 820 });
    };
    await furnish(page);
    await open(page, SITI.name);
    await page.getByTestId('resign').click();
    await page.getByTestId('reason-personal').check();
    await expect(page.getByTestId('transition-confirm')).toBeEnabled();
    await look('a withdrawal');
    await page.getByTestId('transition-confirm').click();
    await expect(page.getByTestId('reopen')).toBeVisible();
    await look('somebody who withdrew');
    await page.getByTestId('correct').click();
    await choose(page, /^Status/, 'Ditolak');
    await page.getByTestId('reason-wrong_status').check();
    await page.getByTestId('reason-requirements').check();
    await expect(page.getByTestId('transition-confirm')).toBeEnabled();
    await look('a correction');
    await page.keyboard.press('Escape');
    await page.getByTestId('reopen').click();
    await page.getByTestId('reason-returned').check();
    await page.getByTestId('transition-confirm').click();
    await expect(page.getByTestId('resign')).toBeVisible();

    await register(page, satu, code);
    await sign(page, await idOf(page, SITI.name));
    await page.reload();
    await page.getByTestId('activate').click();
    await expect(page.getByTestId('deactivate')).toBeVisible();
    await look('somebody who works here');
    await page.getByTestId('privacy').click();
    await expect(page.getByTestId('privacy-erase')).toBeVisible();
    await page.getByTestId('privacy-accesses').click();
    await expect(page.getByTestId('accesses')).toBeVisible();
    await look('who has looked at her');
    await page.keyboard.press('Escape');
    await page.getByTestId('privacy').click();
    await page.getByTestId('privacy-erase').click();
    await page.getByTestId('erase-name').fill(SITI.name);
    await look('an erasure');
    await page.getByTestId('erase-confirm').click();
    await expect(page.getByTestId('erased')).toBeVisible();
    await look('somebody who was erased');
  });
}
