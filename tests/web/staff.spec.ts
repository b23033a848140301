// Who works here: the owner adds the first one, from then on everybody signs in, and each does what her role may.

import { digitsOf } from '../walk/totp.mjs';
import { checkOf } from './axe.ts';
import { expect, test } from './satu.ts';
import { OWN, add, admin, choose, signIn, signOut } from './staff.ts';
import { commit, dropGlints, dropJobstreet } from './walk.ts';

test('the owner adds the first one, who adds a viewer, who only looks; and all of it is in the log', async ({ page }) => {
  test.slow();
  // One row of the second file waits for a decision.
  await dropGlints(page);
  await commit(page);
  await dropJobstreet(page);
  await commit(page);
  await expect(page.getByTestId('nav-account')).toHaveCount(0);

  await test.step('the owner is told what it means, and adds an administrator', async () => {
    await page.getByTestId('nav-team').click();
    await expect(page.getByTestId('team-first')).toContainText('semua orang harus masuk');
    await page.getByTestId('add-member').click();
    await expect(page.getByTestId('role-admin')).toBeChecked();
    await expect(page.getByTestId('role-viewer')).toHaveCount(0);
    await page.keyboard.press('Escape');
  });
  const given = await add(page, 'rina', 'admin');

  await test.step('she signs in with the password that was shown, and chooses her own', async () => {
    await expect(page.getByTestId('sign-in-name')).toHaveValue('rina');
    await signIn(page, 'rina', 'bukan yang ini juga');
    await expect(page.getByTestId('sign-in-problem')).toContainText('Nama atau kata sandinya salah');
    await signIn(page, 'rina', given);
    await expect(page.getByTestId('choose-password')).toBeVisible();
    await page.getByTestId('password-old').fill(given);
    await page.getByTestId('password-new').fill('pendek');
    await page.getByTestId('password-save').click();
    await expect(page.getByRole('alert')).toContainText('Terlalu pendek');
    await choose(page, given);
    await expect(page.getByTestId('member-rina')).toContainText('Aktif');
    await expect(page.getByTestId('nav-account')).toContainText('rina');
  });

  await test.step('a viewer sees everything and is offered nothing that she may not do', async () => {
    const hers = await add(page, 'vera', 'viewer');
    await expect(page.getByTestId('member-vera')).toContainText('Belum memilih kata sandi');
    await signOut(page);
    await expect(page.getByTestId('sign-in-name')).toHaveValue('');
    await signIn(page, 'vera', hers);
    await choose(page, hers);
    for (const hidden of ['nav-import', 'nav-team']) await expect(page.getByTestId(hidden)).toHaveCount(0);
    await page.goto('/#/impor');
    await expect(page).toHaveURL(/#\/pelamar$/);
    await expect(page.getByTestId('applicant-row').first()).toBeVisible();
    await expect(page.getByTestId('export')).toHaveCount(0);
    await page.getByTestId('applicant-row').first().click();
    await expect(page.getByTestId('applicant').getByTestId('source').first()).toBeVisible();
    for (const hidden of ['compare', 'reject', 'correct']) await expect(page.getByTestId(hidden)).toHaveCount(0);
    await page.getByTestId('nav-review').click();
    await expect(page.getByTestId('review-row')).toContainText('Bambang Hartono');
    await expect(page.getByRole('heading', { name: 'Bambang Hartono' })).toBeVisible();
    await expect(page.getByTestId('decide-same')).toHaveCount(0);
    await page.keyboard.press('1');
    await expect(page.getByTestId('review-row')).toHaveCount(1);
    await page.getByTestId('nav-board').click();
    await expect(page.getByTestId('card').first()).toHaveAttribute('draggable', 'false');
    await expect(page.getByTestId('act-advance')).toHaveCount(0);
    await page.getByTestId('nav-funnel').click();
    await expect(page.getByTestId('stage-SCREENING').getByTestId('stand-ACTIVE')).toBeVisible();
    await page.getByTestId('nav-history').click();
    await expect(page.getByTestId('batch-committed').first()).toBeVisible();
    await expect(page.getByTestId('undo')).toHaveCount(0);
    // The API refuses by itself.
    expect((await page.request.post('/v1/duplicates/search', { data: {} })).status()).toBe(403);
  });

  await test.step('the administrator reads who did what', async () => {
    await signOut(page);
    await signIn(page, 'rina', OWN);
    await page.getByTestId('nav-team').click();
    await page.getByTestId('tab-audit').click();
    const lines = page.getByTestId('audit-line');
    await page.getByTestId('audit-search').fill('password');
    await expect(lines).toHaveCount(3);
    await expect(lines.nth(0)).toContainText('vera');
    await expect(lines.nth(0)).toContainText('berhasil');
    await expect(lines.nth(2)).toContainText('rina');
    await expect(lines.nth(2)).toContainText('ditolak');
    await page.getByTestId('audit-search').fill('vera');
    await expect(lines).toHaveCount(1);
    await expect(lines).toContainText('vera ditambahkan ke tim sebagai Pengamat');
    await page.getByTestId('audit-search').fill('applications');
    await page.getByTestId('audit-person').click();
    await page.getByRole('option', { name: 'vera' }).click();
    const opened = lines.filter({ hasText: 'Membuka data pelamar' });
    await opened.first().getByRole('link', { name: 'Buka pelamar' }).click();
    await expect(page.getByTestId('applicant')).toBeVisible();
  });
});

test('a session that is over leads to the way in, and back to where she was', async ({ page }) => {
  await admin(page, 'rina');
  await page.goto('/#/papan');
  await expect(page.getByTestId('nav-account')).toContainText('rina');
  await page.getByTestId('nav-history').click();
  await expect(page.getByRole('heading', { name: 'Belum ada impor' })).toBeVisible();

  const { items } = await (await page.request.get('/v1/staff/sessions')).json();
  for (const { id } of items) expect((await page.request.delete(`/v1/staff/sessions/${id}`)).ok()).toBe(true);
  await page.getByTestId('nav-board').click();
  await expect(page.getByTestId('sign-in')).toContainText('Sesi Anda berakhir');
  // Her name is there already: she types her password and goes on.
  await expect(page.getByTestId('sign-in-password')).toBeFocused();
  await page.keyboard.type(OWN);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Papan tahap' })).toBeVisible();
});

test('after too many wrong passwords it says how long to wait', async ({ page }) => {
  test.slow();
  await admin(page, 'rina');
  await page.context().clearCookies();
  await page.goto('/');
  await page.getByTestId('sign-in-name').fill('rina');
  for (let wrong = 0; wrong < 6; wrong += 1) {
    const answered = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.getByTestId('sign-in-password').fill('salah dan salah lagi');
    await page.getByTestId('sign-in-submit').click();
    await answered;
  }
  await expect(page.getByTestId('sign-in-problem')).toContainText(/Coba lagi dalam (1 menit|\d\d detik)/);
});

test('six digits of a phone are set up, asked for, and ended', async ({ page }) => {
  test.slow();
  await admin(page, 'rina');
  await page.goto('/#/akun');
  await page.getByTestId('codes-open').click();
  await page.getByTestId('codes-password').fill(OWN);
  await page.getByTestId('codes-next').click();
  await expect(page.getByRole('img', { name: 'Gambar untuk aplikasi kode' })).toBeVisible();
  const secret = await page.getByTestId('codes-secret').innerText();
  const now = Date.now();
  const right = digitsOf(secret, now);
  await page.getByTestId('codes-digits').fill(right === '000000' ? '000001' : '000000');
  await page.getByTestId('codes-next').click();
  await expect(page.getByTestId('codes-problem')).toContainText('Angka itu salah');
  await page.getByTestId('codes-digits').fill(right);
  await page.getByTestId('codes-next').click();
  await expect(page.getByTestId('codes-open')).toHaveText('Lepas');

  await signOut(page);
  await signIn(page, 'rina', OWN);
  await expect(page.getByTestId('sign-in-digits')).toBeFocused();
  await expect(page.getByTestId('sign-in-problem')).toHaveCount(0);
  // Digits are good once: the next ones, which count half a minute early.
  await page.getByTestId('sign-in-digits').fill(digitsOf(secret, now + 30_000));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('account-name')).toHaveText('rina');
  await expect(page.getByTestId('session')).toHaveCount(1);

  // She ends it with digits that were not used either: half a minute later.
  await page.waitForTimeout(Math.max(0, now + 30_000 - Date.now()));
  await page.getByTestId('codes-open').click();
  await page.getByTestId('codes-password').fill(OWN);
  await page.getByTestId('codes-digits').fill(digitsOf(secret, now + 60_000));
  await page.getByTestId('codes-next').click();
  await expect(page.getByTestId('codes-open')).toHaveText('Pasang');
});

test('an administrator changes roles, disables, enables and resets; the last one stays', async ({ page }) => {
  test.slow();
  await admin(page, 'rina');
  await page.goto('/#/tim');
  await add(page, 'budi', 'viewer');
  const budi = page.getByTestId('member-budi');
  const ask = async (name: string, what: string) => {
    await page.getByTestId(`member-${name}`).getByTestId('member-acts').click();
    await page.getByTestId(`member-${what}`).click();
  };

  await test.step('a name is somebody’s once', async () => {
    await page.getByTestId('add-member').click();
    await page.getByTestId('add-name').fill('budi');
    await page.getByTestId('add-confirm').click();
    await expect(page.getByRole('alert')).toContainText('Nama budi sudah dipakai');
    await page.keyboard.press('Escape');
  });
  await ask('budi', 'role');
  await page.getByTestId('role-recruiter').check();
  await page.getByTestId('role-confirm').click();
  await expect(budi).toContainText('Perekrut');

  await ask('budi', 'disable');
  await page.getByTestId('member-confirm').click();
  await expect(budi).toContainText('Dinonaktifkan');
  await ask('budi', 'enable');
  await page.getByTestId('member-confirm').click();
  await expect(budi).not.toContainText('Dinonaktifkan');

  await ask('budi', 'reset');
  await page.getByTestId('member-confirm').click();
  await expect(page.getByTestId('one-time')).toHaveText(/^([a-z0-9]{5}-){3}[a-z0-9]{5}$/);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('one-time')).toBeVisible();
  await page.getByTestId('one-time-close').click();

  await ask('rina', 'disable');
  await page.getByTestId('member-confirm').click();
  await expect(page.getByTestId('said')).toContainText('rina adalah admin terakhir');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the screens of those who work here can be used by everybody (${colorScheme})`, async ({ page }) => {
    test.slow();
    await page.emulateMedia({ colorScheme });
    const check = checkOf(page);

    await page.goto('/#/akun');
    await expect(page.getByTestId('account')).toBeVisible();
    await check('the account of an owner');
    await page.getByTestId('nav-team').click();
    await expect(page.getByTestId('team-first')).toBeVisible();
    await check('a team of nobody');
    await page.getByTestId('add-member').click();
    await page.getByTestId('add-name').fill('rina');
    await check('adding the first one');
    await page.getByTestId('add-confirm').click();
    const given = await page.getByTestId('one-time').innerText();
    await check('a password that is shown once');
    await page.getByTestId('one-time-close').click();

    await signIn(page, 'rina', 'bukan yang ini juga');
    await expect(page.getByTestId('sign-in-problem')).toBeVisible();
    await check('the way in');
    await page.setViewportSize({ width: 375, height: 667 });
    const wide = await page.getByTestId('sign-in').evaluate((door) => door.scrollWidth - door.clientWidth);
    expect(wide, 'the way in fits on a phone').toBe(0);
    await check('the way in on a phone');
    await page.setViewportSize({ width: 1280, height: 820 });
    await signIn(page, 'rina', given);
    await expect(page.getByTestId('choose-password')).toBeVisible();
    await check('the choice of a password');
    await choose(page, given);

    await add(page, 'vera', 'viewer');
    await expect(page.getByTestId('member-vera')).toBeVisible();
    await check('the team');
    await page.getByTestId('member-vera').getByTestId('member-acts').click();
    await page.getByTestId('member-role').click();
    await expect(page.getByTestId('role-confirm')).toBeVisible();
    await check('changing a role');
    await page.keyboard.press('Escape');
    await page.getByTestId('tab-audit').click();
    await expect(page.getByTestId('audit-line').first()).toBeVisible();
    await check('what was done');
    await page.getByTestId('nav-account').click();
    await expect(page.getByTestId('session').first()).toBeVisible();
    await check('her account');
    await page.getByTestId('codes-open').click();
    await page.getByTestId('codes-password').fill(OWN);
    await page.getByTestId('codes-next').click();
    await expect(page.getByTestId('codes-secret')).toBeVisible();
    await check('the offer of a second factor');
  });
}
