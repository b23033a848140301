// Somebody registers whose number is a known applicant's and whose name is another one: HR settles it, by keyboard.

import { writeFile } from 'node:fs/promises';
import { drop, expect, test } from './satu.ts';
import { commit, ready } from './walk.ts';

const HEADERS = 'Nama Lengkap,Nomor Telepon,Email,Tanggal Lahir,Tanggal Melamar,Gaji yang Diharapkan';

test('whether an application is hers is asked, seen side by side, and settled by one key', async ({ page, satu, code }, info) => {
  const file = info.outputPath('glints-agustus.csv');
  const row = 'Siti Aminah,081234567801,siti@example.com,1998-04-12,2026-08-01,3000000';
  await writeFile(file, [HEADERS, row].join('\n'));
  await page.goto('/');
  await drop(page, file);
  await ready(page);
  await commit(page);

  const phone = '+6281234567801';
  const shown = await code('register', phone);
  const registered = await page.request.post(`${satu}/v1/register`, {
    data: {
      phone,
      code: shown,
      pin: '482057',
      full_name: 'Rina Wulandari',
      consent: { recruitment: true, version: '2026-11' },
    },
  });
  expect(registered.status()).toBe(201);

  await page.goto('/#/tinjau');
  await page.getByTestId('tab-accounts').click();
  await expect(page.getByTestId('acc-question')).toContainText('Rina Wulandari');
  await expect(page.getByRole('cell', { name: 'Siti Aminah' })).toBeVisible();
  await page.keyboard.press('1');
  await expect(page.getByTestId('acc-question')).toHaveCount(0);
  await expect(page.getByText('Tidak ada pertanyaan tentang akun')).toBeVisible();

  // Her account has the application now.
  const me = await page.request.get(`${satu}/v1/me`, {
    headers: { authorization: `Bearer ${(await registered.json()).tokens.access_token}` },
  });
  expect((await me.json()).pending).toEqual([]);

  // It was a mistake: one key asks again, and the other answer stands then.
  await expect(page.getByTestId('acc-answered')).toContainText('Lamaran Siti Aminah milik Rina Wulandari');
  await expect(page.getByTestId('acc-back')).toBeEnabled();
  await page.keyboard.press('u');
  await expect(page.getByTestId('acc-question')).toContainText('Rina Wulandari');
  await expect(page.getByTestId('acc-answered')).toContainText('dibatalkan');
  await expect(page.getByTestId('acc-another')).toBeEnabled();
  await page.keyboard.press('2');
  await expect(page.getByTestId('acc-question')).toHaveCount(0);
  await expect(page.getByTestId('acc-answered').first()).toContainText('bukan milik');
});
