// The candidate's own page, on a telephone: she registers by her invitation or by a code, signs in, and takes back what she consented to.

import type { Page } from '@playwright/test';
import { inviting } from '../walk/whatsapp.mjs';
import { checkOf } from './axe.ts';
import { PIN, fillIn, telephone } from './candidate.ts';
import { expect, test } from './satu.ts';

const RINA = { name: 'Rina Kusuma', phone: '0857-1234-0004' };
const NUMBER = '+6285712340004';

test.use({ ...telephone, settings: inviting });

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
    await page.getByTestId('code').fill(await codesTo(NUMBER, 2));
    await page.getByTestId('sign-in').click();
    await expect(page.getByTestId('standing')).toBeVisible();
  });

  await test.step('whoever registers twice is led to her account', async () => {
    await page.reload();
    await fillIn(page, RINA);
    await page.getByTestId('pin').fill('730164');
    await page.getByTestId('pin-again').fill('730164');
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
  await page.getByTestId('pin').fill('123456');
  await page.getByTestId('pin-again').fill('123456');
  await page.getByTestId('register').click();
  await page.getByTestId('code').fill(await codesTo(NUMBER, 1));
  await page.getByTestId('register').click();
  await expect(page.getByTestId('said')).toContainText('terlalu mudah ditebak');
  await page.getByTestId('pin').fill(PIN);
  await page.getByTestId('pin-again').fill(PIN);
  await page.getByTestId('register').click();
  await expect(page.getByTestId('welcome')).toBeVisible();

  await page.getByTestId('sign-out').click();
  await page.getByTestId('to-new_pin').click();
  await checkOf(page)('a PIN is chosen anew');
  await page.getByTestId('pin').fill('730164');
  await page.getByTestId('pin-again').fill('730164');
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

test('an invitation that is no more good is told, and a code does as well', async ({ page, codesTo }) => {
  await page.goto('/daftar#tidak-berlaku');
  await expect(page.getByTestId('candidate')).toContainText('mengundang Anda');
  await fillIn(page, RINA);
  await page.getByTestId('register').click();
  await expect(page.getByTestId('said')).toContainText('Undangan ini tidak berlaku lagi');
  await page.getByTestId('register').click();
  await page.getByTestId('code').fill(await codesTo(NUMBER, 1));
  await page.getByTestId('register').click();
  await expect(page.getByTestId('welcome')).toContainText(RINA.name);
  expect(new URL(page.url()).hash).toBe('');
});

test('what she consented to she takes back as easily, and HR sees it', async ({ page, codesTo }) => {
  test.slow();
  await register(page, codesTo);
  await page.getByText('Data dan persetujuan Anda').click();
  await page.getByTestId('messages').uncheck();
  await page.getByTestId('withdraw').click();
  await page.getByTestId('withdraw-yes').click();
  await expect(page.getByTestId('withdrawn')).toContainText('dihapus dua hari');
  await expect(page.getByTestId('messages')).not.toBeChecked();
  await checkOf(page)('consent taken back');
  await page.getByTestId('agree').click();
  await expect(page.getByTestId('withdraw')).toBeVisible();

  const { items } = await (await page.request.get(`/v1/applications?q=${encodeURIComponent(RINA.name)}`)).json();
  const said = await (await page.request.get(`/v1/applications/${items[0].id}/consents`)).json();
  const words = said.items.map((one: { purpose: string; kind: string }) => `${one.purpose} ${one.kind}`);
  expect(words).toEqual(['recruitment given', 'recruitment withdrawn', 'messages withdrawn', 'recruitment given']);
});

test('a session that ended leads back to the way in', async ({ page, codesTo }) => {
  await register(page, codesTo);
  await page.route('**/v1/logout', (route) =>
    route.fulfill({ status: 401, json: { code: 'token.invalid', detail: 'Over.', status: 401, title: '', type: '' } }),
  );
  await page.getByTestId('sign-out').click();
  await expect(page.getByTestId('candidate')).toContainText('Sesi Anda berakhir');
});

test.describe('where no codes can be sent', () => {
  test.use({ development: false });

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
