// A file that nobody knows becomes a portal: its mapping is confirmed, saved under a name, and the next file is recognised.

import { writeFile } from 'node:fs/promises';
import { drop, expect, test } from './satu.ts';
import { commit, ready } from './walk.ts';

const fair = (code: string, name: string, phone: string) =>
  `Kode Bursa,Nama Lengkap,No. HP,Stan\n${code},${name},${phone},12\n`;

test('a confirmed mapping is saved as a portal, and the next file is recognised', async ({ page }, info) => {
  const [first, second] = [info.outputPath('juli.csv'), info.outputPath('agustus.csv')];
  await writeFile(first, fair('B-1', 'Siti Aminah', '081234567801'));
  await writeFile(second, fair('B-2', 'Dewi Lestari', '081234567802'));

  await page.goto('/');
  await drop(page, first);
  await ready(page);
  await page.getByTestId('mapping-apply').click();
  await expect(page.getByTestId('mapping-apply')).toBeHidden();

  await page.getByTestId('detected').click();
  await page.getByTestId('save-portal').click();
  await page.getByLabel('Nama portal').fill('Bursa Kerja');
  await page.getByTestId('portal-save').click();
  await expect(page.getByTestId('detected')).toContainText('Bursa Kerja');
  await ready(page);
  await commit(page);

  await page.getByTestId('nav-import').click();
  await drop(page, second);
  await ready(page);
  await expect(page.getByTestId('detected')).toContainText('Bursa Kerja');
  await commit(page);
});
