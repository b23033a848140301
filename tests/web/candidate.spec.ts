// The candidate's own page, on a telephone: she registers by her invitation or by a code, signs in, and takes back what she consented to.

import type { Browser, Page } from '@playwright/test';
import { inviting } from '../walk/whatsapp.mjs';
import { checkOf } from './axe.ts';
import { PIN, choosePin, fillIn, follow, telephone } from './candidate.ts';
import { expect, test } from './satu.ts';
import { commit, dropGlints } from './walk.ts';

const RINA = { name: 'Rina Kusuma', phone: '0857-1234-0004' };
const NUMBER = '+6285712340004';

test.use({ ...telephone, settings: inviting });

/** HR has imported a file with her, and invites her: the link of the message. */
async function invitation(browser: Browser, satu: string): Promise<string> {
  const hr = await browser.newPage({ baseURL: satu });
  await dropGlints(hr);
  await commit(hr);
  const { items } = await (await hr.request.get(`/v1/applications?q=${encodeURIComponent(RINA.name)}`)).json();
  const made = await hr.request.post(`/v1/applications/${items[0].id}/invitations`);
  expect(made.status(), await made.text()).toBe(201);
  const { token } = await made.json();
  await hr.close();
  return `${satu}/daftar#${token}`;
}

/** She registers with a code, as somebody does who was not invited. */
async function register(page: Page, codesTo: (phone: string, count: number) => Promise<string>) {
  await page.goto('/daftar');
  await fillIn(page, RINA);
  await page.getByTestId('register').click();
  await page.getByTestId('code').fill(await codesTo(NUMBER, 1));
  await page.getByTestId('register').click();
  await expect(page.getByTestId('welcome')).toContainText(RINA.name);
}

async function signIn(page: Page, pin: string) {
  await page.getByTestId('phone').fill(RINA.phone);
  await page.getByTestId('pin').fill(pin);
  await page.getByTestId('sign-in').click();
}

test('whoever was not invited registers with a code, and signs in again', async ({ page, codesTo }) => {
  test.slow();
  const check = checkOf(page);
  await page.goto('/daftar');
  await expect(page.getByTestId('company')).toHaveText('Rumah Asuh');
  await check('registering');

  await test.step('what is wrong is said before a code is sent', async () => {
    await fillIn(page, RINA);
    await page.getByTestId('pin-again').fill('482058');
    await expect(page.getByRole('alert')).toHaveText('Kedua PIN tidak sama.');
    await page.getByTestId('register').click();
    await expect(page.getByTestId('code')).toHaveCount(0);
    await page.getByTestId('pin-again').fill(PIN);
    await page.getByTestId('phone').fill('021 555 0101');
    await page.getByTestId('register').click();
    await expect(page.getByTestId('said')).toContainText('bukan nomor HP');
    await page.getByTestId('phone').fill(RINA.phone);
  });

  await test.step('a wrong code is told, the right one lets her in', async () => {
    await page.getByTestId('register').click();
    const digits = await codesTo(NUMBER, 1);
    await expect(page.getByTestId('code')).toBeFocused();
    await check('a code is asked for');
    await page.getByTestId('code').fill(digits === '111222' ? '222111' : '111222');
    await page.getByTestId('register').click();
    await expect(page.getByTestId('said')).toContainText('Kodenya salah');
    await page.getByTestId('code').fill(digits);
    await page.getByTestId('register').click();
    await expect(page.getByTestId('welcome')).toContainText(RINA.name);
    await expect(page.getByTestId('now')).toHaveText('Lamaran Anda sudah kami terima dan sedang kami periksa.');
    await check('where she stands');
  });

  await test.step('this telephone is known from now on', async () => {
    await page.getByTestId('sign-out').click();
    await signIn(page, '730164');
    await expect(page.getByTestId('said')).toHaveText('PIN salah.');
    await check('signing in');
    await page.getByTestId('pin').fill(PIN);
    await page.getByTestId('sign-in').click();
    await expect(page.getByTestId('standing')).toBeVisible();
    await expect(page.getByTestId('welcome')).toHaveCount(0);
  });

  await test.step('another one shows a code', async () => {
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await page.getByTestId('to-sign_in').click();
    await signIn(page, PIN);
    await expect(page.getByTestId('candidate')).toContainText('HP ini belum kami kenal');
    await page.getByTestId('code').fill(await codesTo(NUMBER, 2));
    await page.getByTestId('sign-in').click();
    await expect(page.getByTestId('standing')).toBeVisible();
  });

  await test.step('whoever registers twice is led to her account', async () => {
    await page.reload();
    await expect(page.getByTestId('sign-in')).toBeVisible();
    await page.getByTestId('to-register').click();
    await fillIn(page, RINA);
    await choosePin(page, '730164');
    await page.getByTestId('register').click();
    await page.getByTestId('code').fill(await codesTo(NUMBER, 3));
    await page.getByTestId('register').click();
    await expect(page.getByTestId('candidate')).toContainText('Nomor ini sudah punya akun');
    await expect(page.getByTestId('sign-in')).toBeVisible();
  });
});

test('a PIN that is guessed easily is refused in words, and one that is forgotten is chosen anew', async ({ page, codesTo }) => {
  test.slow();
  await page.goto('/daftar');
  await fillIn(page, RINA);
  await choosePin(page, '123456');
  await page.getByTestId('register').click();
  await page.getByTestId('code').fill(await codesTo(NUMBER, 1));
  await page.getByTestId('register').click();
  await expect(page.getByTestId('said')).toContainText('terlalu mudah ditebak');
  await choosePin(page, PIN);
  await page.getByTestId('register').click();
  await expect(page.getByTestId('welcome')).toBeVisible();

  await page.getByTestId('sign-out').click();
  await page.getByTestId('to-new_pin').click();
  await checkOf(page)('a PIN is chosen anew');
  await page.getByTestId('phone').fill(RINA.phone);
  await choosePin(page, '730164');
  await page.getByTestId('new-pin').click();
  await page.getByTestId('code').fill(await codesTo(NUMBER, 2));
  await page.getByTestId('new-pin').click();
  await expect(page.getByTestId('standing')).toBeVisible();
  await page.getByTestId('sign-out').click();
  await signIn(page, PIN);
  await expect(page.getByTestId('said')).toHaveText('PIN salah.');
  await page.getByTestId('pin').fill('730164');
  await page.getByTestId('sign-in').click();
  await expect(page.getByTestId('standing')).toBeVisible();
});

test('whose number was quiet for long shows her birth date, too, and a wrong one costs her the code', async ({ page, codesTo }) => {
  test.slow();
  // No year passes here: the server's word that one has is put before its own.
  const shown: unknown[] = [];
  await page.route('**/v1/pin', async (route) => {
    const { birth_date } = route.request().postDataJSON();
    shown.push(birth_date);
    if (birth_date === '1998-04-12') return route.continue();
    await route.fulfill({ status: 401, json: { code: 'account.second_fact', detail: 'More is needed.', status: 401, title: '', type: '' } });
  });
  await register(page, codesTo);
  await page.getByTestId('sign-out').click();
  await page.getByTestId('to-new_pin').click();
  await page.getByTestId('phone').fill(RINA.phone);
  await choosePin(page, '730164');
  await page.getByTestId('new-pin').click();
  await page.getByTestId('code').fill(await codesTo(NUMBER, 2));
  await expect(page.getByTestId('birth-date')).toHaveCount(0);
  await page.getByTestId('new-pin').click();
  await expect(page.getByTestId('said')).toContainText('Isi juga tanggal lahir Anda');
  await checkOf(page)('her birth date is asked for');

  await page.getByTestId('birth-date').fill('1998-04-13');
  await page.getByTestId('new-pin').click();
  await expect(page.getByTestId('said')).toContainText('minta kode baru');
  await expect(page.getByTestId('code')).toHaveCount(0);
  await page.getByTestId('birth-date').fill('1998-04-12');
  await page.getByTestId('new-pin').click();
  await page.getByTestId('code').fill(await codesTo(NUMBER, 3));
  await page.getByTestId('new-pin').click();
  await expect(page.getByTestId('standing')).toBeVisible();
  expect(shown).toEqual([null, '1998-04-13', '1998-04-12']);
});

test('an invitation that is no more good is told, and a code does as well', async ({ page, codesTo }) => {
  await page.goto('/daftar#tidak-berlaku');
  await expect(page.getByTestId('candidate')).toContainText('mengundang Anda');
  await fillIn(page, RINA);
  await page.getByTestId('register').click();
  await expect(page.getByTestId('said')).toContainText('Undangan ini bukan untuk nomor itu, atau tidak berlaku lagi');
  await page.getByTestId('by-code').click();
  await page.getByTestId('register').click();
  // As a messenger gives it to whoever copies it.
  await page.getByTestId('code').fill(`Kode: ${(await codesTo(NUMBER, 1)).replace(/(...)/, '$1 ')}`);
  await page.getByTestId('register').click();
  await expect(page.getByTestId('welcome')).toContainText(RINA.name);
  expect(new URL(page.url()).hash).toBe('');
});

test('what she has typed is there when the telephone loads the page again, and its way back leads to the form before', async ({
  page,
  codesTo,
}) => {
  await page.goto('/daftar');
  await fillIn(page, RINA);
  await page.getByTestId('register').click();
  await expect(page.getByTestId('code-again')).toBeDisabled();
  const digits = await codesTo(NUMBER, 1);
  await page.reload();
  await expect(page.getByTestId('full-name')).toHaveValue(RINA.name);
  await expect(page.getByTestId('phone')).toHaveValue(RINA.phone);
  await expect(page.getByTestId('pin')).toHaveValue('');
  await page.getByTestId('to-sign_in').click();
  await expect(page.getByTestId('sign-in')).toBeVisible();
  await page.goBack();
  await choosePin(page, PIN);
  await page.getByTestId('consent').check();
  await page.getByTestId('code').fill(digits);
  await page.getByTestId('register').click();
  await expect(page.getByTestId('welcome')).toContainText(RINA.name);
});

test('what she consented to she takes back as easily, and HR sees it', async ({ page, codesTo }) => {
  test.slow();
  await register(page, codesTo);
  await page.getByText('Data dan persetujuan Anda').click();
  const silence = page.getByTestId('silence');
  await expect(silence).not.toBeChecked();

  await page.route('**/v1/me/consents/messages', (route) => route.abort());
  await silence.click();
  await expect(page.getByTestId('said')).toContainText('Tidak ada sambungan');
  await expect(silence).not.toBeChecked();
  await page.unroute('**/v1/me/consents/messages');

  await silence.check();
  await page.getByTestId('withdraw').click();
  await page.getByTestId('withdraw-yes').click();
  await expect(page.getByTestId('withdrawn')).toContainText('akan dihapus dua hari');
  await expect(silence).toBeChecked();
  await checkOf(page)('consent taken back');
  await page.getByTestId('agree').click();
  await expect(page.getByTestId('withdraw')).toBeVisible();

  const { items } = await (await page.request.get(`/v1/applications?q=${encodeURIComponent(RINA.name)}`)).json();
  const said = await (await page.request.get(`/v1/applications/${items[0].id}/consents`)).json();
  const words = said.items.map((one: { purpose: string; kind: string }) => `${one.purpose} ${one.kind}`);
  expect(words).toEqual(['recruitment given', 'recruitment withdrawn', 'messages withdrawn', 'recruitment given']);
});

test('a session goes on when its token has run out, and one that ended leads back to the way in', async ({ page, codesTo }) => {
  await page.goto('/daftar');
  const registered = page.waitForResponse((answer) => answer.url().endsWith('/v1/register') && answer.ok());
  await register(page, codesTo);
  const { tokens } = await (await registered).json();
  await page.getByText('Data dan persetujuan Anda').click();

  let refused = 0;
  await page.route('**/v1/me/consents/messages', async (route) => {
    refused += 1;
    if (refused > 1) return route.continue();
    await route.fulfill({ status: 401, json: { code: 'token.invalid', detail: 'It has run out.', status: 401, title: '', type: '' } });
  });
  await page.getByTestId('silence').check();
  await expect.poll(() => refused).toBe(2);
  await expect(page.getByTestId('standing')).toBeVisible();

  const authorization = `Bearer ${tokens.access_token}`;
  expect((await page.request.post('/v1/logout', { headers: { authorization } })).status()).toBe(204);
  await page.getByTestId('withdraw').click();
  await page.getByTestId('withdraw-yes').click();
  await expect(page.getByTestId('candidate')).toContainText('Sesi Anda berakhir');
  await expect(page.getByTestId('sign-in')).toBeVisible();
});

test('she goes though there is no network to tell it to, and leaves nothing of hers', async ({ page, codesTo }) => {
  await register(page, codesTo);
  await page.route('**/v1/logout', (route) => route.abort());
  await page.getByTestId('sign-out').click();
  await expect(page.getByTestId('standing')).toHaveCount(0);
  await expect(page.getByTestId('phone')).toHaveValue('');
});

test.describe('where no codes can be sent', () => {
  test.use({ development: false });

  test('a number that was mistyped costs her no invitation', async ({ page, browser, satu }) => {
    test.slow();
    await page.goto(await invitation(browser, satu));
    await fillIn(page, { ...RINA, phone: '0857-1234-0005' });
    await page.getByTestId('register').click();
    await expect(page.getByTestId('said')).toContainText('Periksa nomornya');
    await expect(page.getByTestId('by-code')).toHaveCount(0);
    await page.getByTestId('phone').fill(RINA.phone);
    await page.getByTestId('register').click();
    await expect(page.getByTestId('welcome')).toContainText(RINA.name);
  });

  test('her link leads her back to her account once she has one', async ({ page, browser, satu }) => {
    test.slow();
    const link = await invitation(browser, satu);
    await follow(browser, link, RINA);
    await page.goto(link);
    // Within ten minutes it is the answer that she may have lost; here it is another PIN.
    await fillIn(page, RINA);
    await choosePin(page, '730164');
    await page.getByTestId('register').click();
    await expect(page.getByTestId('candidate')).toContainText('Nomor ini sudah punya akun');
    await expect(page.getByTestId('sign-in')).toBeVisible();
  });

  test('whoever has no invitation is told whom to ask', async ({ page }) => {
    await page.goto('/daftar');
    await expect(page.getByTestId('shut')).toContainText('Minta tim Rumah Asuh');
    await expect(page.getByTestId('register')).toHaveCount(0);
    await checkOf(page)('shut');
    await page.getByRole('button', { name: 'EN' }).click();
    await expect(page.getByTestId('shut')).toContainText('Ask Rumah Asuh');
    await page.getByTestId('to-sign_in').click();
    await expect(page.getByTestId('to-new_pin')).toHaveCount(0);
  });
});
