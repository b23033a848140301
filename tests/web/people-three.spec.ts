// Three who hang together are one question; what is decided about them is taken back whole. A family's number is one person's again when that is taken
// back. What is certain is decided by class. The queues are narrowed, and the address keeps by what.

import { writeFile } from 'node:fs/promises';
import { type Page, type TestInfo } from '@playwright/test';
import { drop, expect, test } from './satu.ts';
import { commit, ready } from './walk.ts';

const HEADERS = 'Nama Lengkap,Nomor Telepon,Email,Tanggal Lahir,Tanggal Melamar,Gaji yang Diharapkan';

/** Imports a file of Glints of a day in August: name, number, address, birth date. */
async function imported(page: Page, info: TestInfo, day: string, people: string[]) {
  const file = info.outputPath(`glints-agustus-${day}.csv`);
  await writeFile(file, [HEADERS, ...people.map((one) => `${one},2026-08-${day},3000000`)].join('\n'));
  await page.goto('/');
  await drop(page, file);
  await ready(page);
  await commit(page);
}

/** Answers every row that waits, past the page: how rows are settled is told elsewhere. */
async function answered(page: Page, action: string, count: number) {
  const { items } = await (await page.request.get('/v1/reviews')).json();
  expect(items).toHaveLength(count);
  for (const { id } of items) {
    const said = await page.request.post(`/v1/reviews/${encodeURIComponent(id)}/decision`, { data: { action } });
    expect(said.status()).toBe(200);
  }
}

/** Takes back that two of one name are two people, so that they are a question. */
async function askedAgain(page: Page, count: number) {
  const { items } = await (await page.request.get('/v1/links')).json();
  const namesakes = items.filter(
    (one: { application_name: string; other_name: string }) => one.application_name === one.other_name,
  );
  expect(namesakes).toHaveLength(count);
  for (const { id } of namesakes) {
    expect((await page.request.post(`/v1/links/${id}/reversal`, { data: {} })).status()).toBe(201);
  }
}

/** Goes on by Tab until something has the focus. */
async function tabTo(page: Page, testid: string): Promise<void> {
  const wanted = page.getByTestId(testid).first();
  for (let step = 0; step < 160; step += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${testid} cannot be reached by Tab`);
}

/** Searches among all applicants, by keyboard alone. */
async function searched(page: Page, questions: number) {
  await page.goto('/#/tinjau');
  await tabTo(page, 'tab-people');
  await page.keyboard.press('Enter');
  await tabTo(page, 'dup-search');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('dup-question')).toHaveCount(questions);
}

/** Chooses in a filter. */
async function narrow(page: Page, filter: string, option: string) {
  await page.getByTestId(filter).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

/** The way back that stands beside what was just done. */
async function undo(page: Page) {
  await page.getByRole('status').getByRole('button', { name: 'Urungkan' }).last().click();
}

/** What a number is to everybody who has it, sorted. */
async function states(page: Page, number: string): Promise<string[]> {
  const { items } = await (await page.request.get('/v1/applications')).json();
  const people = await Promise.all(
    items.map(async ({ id }: { id: string }) => (await page.request.get(`/v1/applications/${id}`)).json()),
  );
  return people
    .flatMap((one: { identifiers: { value: string; state: string }[] }) => one.identifiers)
    .filter((one) => one.value === number)
    .map((one) => one.state)
    .sort();
}

const THREE = [
  'Siti Aminah,081234567801,siti@example.com,',
  'Siti Aminnah Putri,081234567811,aminnah.putri@example.com,',
  'Siti Aminnah Putri,087812340000,aminnah.purti@example.com,',
  'Dewi Lestari,081398765432,dewi@example.com,1990-01-02',
];
const NAMES = 'Siti Aminah · Siti Aminnah Putri · Siti Aminnah Putri';

test('A like B by number and B like C by address are one question about three', async ({ page }, info) => {
  await imported(page, info, '01', THREE);
  await searched(page, 1);
  const question = page.getByTestId('dup-question');
  await expect(question).toContainText(NAMES);
  await expect(question).toContainText('3 orang');
  await expect(page.getByTestId('with-2')).toBeChecked();
  // Each pair says by itself what holds it together.
  await expect(page.getByText(/salah ketik \(\+62 812/)).toBeVisible();
  await expect(page.getByText(/salah ketik \(.*aminnah\.purti@example\.com/)).toBeVisible();

  // Different people: three answers, and one way back for all of them.
  await page.keyboard.press('2');
  await expect(question).toHaveCount(0);
  await expect(page.getByTestId('decided')).toHaveCount(3);
  await undo(page);
  await expect(question).toContainText(NAMES);
  await expect(page.getByTestId('decided').first()).toContainText('ditanyakan lagi');

  // One person: two merges, taken back together.
  await page.keyboard.press('1');
  await expect(question).toHaveCount(0);
  await expect(page.getByTestId('decided').first()).toContainText('satu orang');
  expect((await (await page.request.get('/v1/applications')).json()).total).toBe(2);
  await undo(page);
  await expect(question).toContainText(NAMES);
  expect((await (await page.request.get('/v1/applications')).json()).total).toBe(4);

  // Two of the three: who is left out is asked about with the one who shows both.
  await tabTo(page, 'with-0');
  await page.keyboard.press('Space');
  await expect(page.getByTestId('with-0')).not.toBeChecked();
  await page.keyboard.press('1');
  await expect(question).toContainText('2 orang');
});

test('look-alikes are narrowed by reason, evidence, score and portal, and the address keeps by what', async ({ page }, info) => {
  await imported(page, info, '01', THREE);
  await searched(page, 1);
  const question = page.getByTestId('dup-question');
  const clear = page.getByRole('button', { name: 'Hapus penyaring' });

  await narrow(page, 'filter-reason', 'Nomor atau email sama, nama cocok');
  await expect(question).toHaveCount(0);
  await clear.click();
  await expect(question).toHaveCount(1);
  await narrow(page, 'filter-reason', 'Hanya mirip');
  await expect(page).toHaveURL(/alasan=likeness/);
  await expect(question).toHaveCount(1);

  await narrow(page, 'filter-by', 'Tanggal lahir');
  await expect(question).toHaveCount(0);
  await clear.click();
  await narrow(page, 'filter-by', 'Email');
  await expect(page).toHaveURL(/bukti=email/);
  await expect(question).toHaveCount(1);

  await page.getByTestId('filter-score').click();
  await page.getByRole('option', { name: /99/ }).click();
  await expect(page).toHaveURL(/skor=0\.99/);
  await expect(question).toHaveCount(1);

  // Every portal that the server knows, not only those of this file.
  await narrow(page, 'filter-portal', 'Kalibrr');
  await expect(question).toHaveCount(0);
  await narrow(page, 'filter-portal', 'Glints');
  await expect(question).toHaveCount(1);

  // Whoever opens the address again sees the same.
  await page.reload();
  await expect(page).toHaveURL(/bukti=email.*skor=0\.99.*portal=glints/);
  await expect(page.getByTestId('filter-portal')).toContainText('Glints');
  await expect(question).toContainText(NAMES);
});

test('rows are narrowed by reason, score and portal, and the address keeps by what', async ({ page }, info) => {
  await imported(page, info, '01', ['Siti Aminah,081234567801,,', 'Rina Wulandari,081234567801,,']);
  await page.goto('/#/tinjau');
  const row = page.getByTestId('review-row');
  await expect(row).toHaveCount(1);
  await narrow(page, 'filter-reason', 'Nomor sama, nama berbeda');
  await expect(page).toHaveURL(/alasan=shared_phone/);
  await expect(row).toHaveCount(1);
  // A row that is chosen narrows nothing less.
  await row.click();
  await expect(page).toHaveURL(/alasan=shared_phone/);
  await page.reload();
  await expect(row).toHaveCount(1);
  await expect(page.getByTestId('filter-reason')).toContainText('Nomor sama');
  await narrow(page, 'filter-portal', 'Indeed');
  await expect(row).toHaveCount(0);
  await page.getByRole('button', { name: 'Hapus penyaring' }).click();
  await expect(row).toHaveCount(1);

  // Two names on one number are hardly one person.
  await expect(row).toContainText('kemungkinan satu orang');
  await page.getByTestId('filter-score').click();
  await page.getByRole('option', { name: /80/ }).click();
  await expect(page).toHaveURL(/skor=0\.8/);
  await expect(row).toHaveCount(0);
  await page.reload();
  await expect(page.getByTestId('filter-score')).toContainText('80');
  await expect(row).toHaveCount(0);
});

test('a family shares a number until that is taken back, by keyboard', async ({ page }, info) => {
  const number = '+6281234567801';
  await imported(page, info, '01', ['Siti Aminah,081234567801,,1998-04-12']);
  await imported(page, info, '02', ['Siti Aminah,081234567801,,1971-01-30']);
  await answered(page, 'different', 1);
  await askedAgain(page, 1);
  expect(await states(page, number)).toEqual(['contact', 'key']);
  await searched(page, 1);

  await page.keyboard.press('3');
  await expect(page.getByTestId('dup-question')).toHaveCount(0);
  await expect(page.getByTestId('decided').first()).toContainText('sekeluarga');
  expect(await states(page, number)).toEqual(['shared', 'shared']);

  await tabTo(page, 'take-back');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('dup-question')).toContainText('Siti Aminah · Siti Aminah');
  await expect(page.getByTestId('decided').first()).toContainText('ditanyakan lagi');
  expect(await states(page, number)).toEqual(['contact', 'key']);
});

test('what is certain is decided by class, and taken back, by keyboard', async ({ page }, info) => {
  await imported(page, info, '01', ['Siti Aminah,081234567801,,', 'Dewi Lestari,081398765402,,']);
  await imported(page, info, '02', ['Rina Wulandari,081234567801,,', 'Wati Susanti,081398765402,,']);
  await answered(page, 'shared', 2);
  await imported(page, info, '03', ['Siti Aminah,081234567801,,', 'Dewi Lestari,081398765402,,']);
  await answered(page, 'different', 2);
  await askedAgain(page, 2);
  await searched(page, 2);

  await tabTo(page, 'dup-class');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('dup-question')).toHaveCount(0);
  expect((await (await page.request.get('/v1/applications')).json()).total).toBe(4);
  await undo(page);
  await expect(page.getByTestId('dup-question')).toHaveCount(2);
  expect((await (await page.request.get('/v1/applications')).json()).total).toBe(6);
});
