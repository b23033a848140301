// Two who may have applied twice are found, looked at side by side, made one and taken apart again: with the keyboard alone.

import { writeFile } from 'node:fs/promises';
import { type Page } from '@playwright/test';
import { drop, expect, test } from './satu.ts';
import { commit, ready } from './walk.ts';

const HEADERS = 'Nama Lengkap,Nomor Telepon,Email,Tanggal Lahir,Tanggal Melamar,Gaji yang Diharapkan';

/** Goes on by Tab until something has the focus. */
async function tabTo(page: Page, testid: string): Promise<void> {
  const wanted = page.getByTestId(testid).first();
  for (let step = 0; step < 120; step += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${testid} cannot be reached by Tab`);
}

test('two look-alikes are made one and taken apart again by keyboard', async ({ page }, info) => {
  const file = info.outputPath('glints-agustus.csv');
  const rows = [
    'Siti Aminah,081234567801,siti@example.com,1998-04-12,2026-08-01,3000000',
    'Siti Aminnah,081234567811,siti.a@example.com,1998-04-12,2026-08-02,3100000',
  ];
  await writeFile(file, [HEADERS, ...rows].join('\n'));
  await page.goto('/');
  await drop(page, file);
  await ready(page);
  await commit(page);

  await page.goto('/#/tinjau');
  await tabTo(page, 'tab-people');
  await page.keyboard.press('Enter');
  await tabTo(page, 'dup-search');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('dup-question')).toContainText('Siti Aminah · Siti Aminnah');

  // The other one's name wins, and the decision is one key.
  await tabTo(page, 'wins-full_name-0');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('wins-full_name-1')).toBeChecked();
  await page.keyboard.press('1');
  await expect(page.getByTestId('dup-question')).toHaveCount(0);
  await expect(page.getByTestId('decided').first()).toContainText('satu orang');

  await tabTo(page, 'take-back');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('dup-question')).toContainText('Siti Aminah · Siti Aminnah');
  await expect(page.getByTestId('decided').first()).toContainText('dipisahkan lagi');
});
