// What was found out about a text file is shown, and HR has it read otherwise.

import { writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { drop, expect, test } from './satu.ts';
import { ready } from './walk.ts';

/** Chooses in one of the selects of how a file is read. */
async function choose(page: Page, label: string, option: string) {
  await page.getByRole('combobox', { name: new RegExp(`^${label}:`) }).click();
  await page.getByRole('option', { name: option }).click();
}

test('the quote, its escape and a delimiter of one sign are overruled', async ({ page }, info) => {
  const file = info.outputPath('pelamar.csv');
  // One cell between apostrophes, slashes between the cells and a comma in each row: no program could be sure of any.
  await writeFile(file, "Nama Lengkap/No. HP, WA/Email\n'Siti / Aminah'/081234567801, -/siti@example.com\n");
  await page.goto('/');
  await drop(page, file);
  await ready(page);

  await page.getByTestId('detected').click();
  await expect(page.getByRole('combobox', { name: 'Pemisah: Koma (,)' })).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Kutip di dalam: Ditulis dua kali' })).toBeVisible();
  const again = page.getByRole('button', { name: 'Baca ulang' });
  await choose(page, 'Pemisah', 'Tanda lain…');
  await expect(again).toBeDisabled();
  await page.getByRole('textbox', { name: 'Pemisah' }).fill('/');
  await choose(page, 'Tanda kutip', "Kutip tunggal (')");
  await again.click();
  await ready(page);

  await page.getByTestId('detected').click();
  await expect(page.getByRole('combobox', { name: 'Pemisah: /' })).toBeVisible();
  await expect(page.getByRole('combobox', { name: "Tanda kutip: Kutip tunggal (')" })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByText('Siti / Aminah').first()).toBeVisible();

  await page.getByTestId('detected').click();
  await choose(page, 'Tanda kutip', 'Tidak ada');
  await expect(page.getByRole('combobox', { name: /^Kutip di dalam/ })).toBeHidden();
});
