// What a provider leaves open is judged by HR, and whom it cannot reach she sees.

import type { APIRequestContext, Page } from '@playwright/test';
import { expect } from './satu.ts';
import { approve, test } from './story.ts';
import { commit, dropGlints } from './walk.ts';

const SITI = { name: 'Siti Rahmawati', phone: '+6281234567801' };
const RINA = { name: 'Rina Kusuma', phone: '+6285712340004' };

/** Four people of a file are invited by WhatsApp; the campaign is open, and none of its messages waits. */
async function invite(page: Page, request: APIRequestContext, satu: string) {
  await approve(request, satu);
  await dropGlints(page);
  await commit(page);
  await page.getByTestId('result-invite').click();
  await expect(page.getByTestId('will')).toHaveText('4');
  await page.getByTestId('compose-start').click();
  await page.getByTestId('compose-confirm').click();
  await expect(page.getByTestId('campaign-done')).toContainText('4 dari 4', { timeout: 30_000 });
}

test('what may have been sent is sent again only if HR says that it was not', async ({ page, satu, provider, request }) => {
  test.slow();
  provider.breakOver(SITI.phone, true);
  provider.breakOver(RINA.phone, false);
  await invite(page, request, satu);
  const to = (phone: string) => provider.taken.filter((message) => message.to === phone).length;
  const message = (who: { name: string }) => page.getByTestId('message').filter({ hasText: who.name });

  await test.step('the campaign asks', async () => {
    await expect(page.getByTestId('to-judge')).toContainText('2 pesan tidak pasti');
    await page.getByTestId('to-judge').getByRole('button').click();
    await expect(page.getByTestId('message')).toHaveCount(2);
    await expect(message(SITI)).toContainText('Penyedia sedang bermasalah.');
    expect([to(SITI.phone), to(RINA.phone)]).toEqual([1, 0]);
  });

  await test.step('one of them has it', async () => {
    await message(SITI).getByTestId('judge-sent').click();
    await expect(page.getByText(`pesan untuk ${SITI.name} sudah terkirim`)).toBeVisible();
    await expect(page.getByTestId('to-judge')).toContainText('1 pesan tidak pasti', { timeout: 20_000 });
  });

  await test.step('the other one has nothing, and is sent it again', async () => {
    await message(RINA).getByTestId('judge-not-sent').click();
    await expect(page.getByText(`Pesan untuk ${RINA.name} dikirim lagi.`)).toBeVisible();
    await page.getByTestId('list-all').click();
    await expect(message(RINA)).toHaveAttribute('data-state', 'accepted', { timeout: 30_000 });
    await expect(message(SITI)).toHaveAttribute('data-state', 'sent');
    await expect(page.getByTestId('to-judge')).toHaveCount(0);
    expect([to(SITI.phone), to(RINA.phone)]).toEqual([1, 1]);
  });
});

test('whom WhatsApp cannot reach is to be called, and is invited by it no more', async ({ page, satu, provider, request }) => {
  test.slow();
  await invite(page, request, satu);
  await provider.report(satu, SITI.phone, 'failed', 131026);
  await page.reload();
  await expect(page.getByTestId('to-call')).toContainText('1 orang');
  await page.getByTestId('to-call').getByRole('button').click();
  await expect(page.getByTestId('message')).toHaveCount(1);
  await expect(page.getByTestId('message')).toContainText('tidak bisa menerima pesan lewat jalur ini');

  await page.getByTestId('message').getByRole('link', { name: SITI.name }).click();
  const applicant = page.getByTestId('applicant');
  await expect(applicant.getByTestId('thread-unreached')).toHaveText('Tidak terjangkau lewat WhatsApp');
  await expect(applicant.getByTestId('thread-message')).toContainText('Gagal');

  await page.goto('/#/undang/baru');
  await expect(page.getByTestId('who-undeliverable').locator('summary')).toContainText('1');
});
