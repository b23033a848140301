// The story of Satu in a browser: a file is dropped in, everybody in it is invited by WhatsApp, one of them registers with the link that she was sent,
// and HR sees the application that was already there linked to her account.

import type { APIRequestContext, Browser, Page } from '@playwright/test';
import { APPROVED, inviting, linkIn, whatsapp } from '../walk/whatsapp.mjs';
import { follow } from './candidate.ts';
import { expect, test as base } from './satu.ts';
import { commit, dropGlints } from './walk.ts';

const SITI = { name: 'Siti Rahmawati', phone: '+6281234567801' };
const OTHERS = ['+6281345678902', '+6285712340004', '+6285765432103'];
/** One of them writes back that she wants no more of it. */
const UNWILLING = { name: 'Rina Kusuma', phone: '+6285712340004' };

type Provider = Awaited<ReturnType<typeof whatsapp>>;

/** A server that sends through a stand-in of WhatsApp. */
export const test = base.extend<{ provider: Provider }>({
  // eslint-disable-next-line no-empty-pattern
  provider: async ({}, use) => {
    const provider = await whatsapp();
    await use(provider);
    provider.stop();
  },
  settings: async ({ provider }, use) => use({ ...inviting, ...provider.settings }),
});

/** The provider has approved the invitation under a name: HR writes it into the template. */
export async function approve(request: APIRequestContext, satu: string) {
  const { items } = await (await request.get(`${satu}/v1/outreach/templates`)).json();
  const of = (one: { name: string; language: string }) => one.name === 'undangan' && one.language === 'id';
  const { name, language, body } = items.find(of);
  const kept = await request.post(`${satu}/v1/outreach/templates`, { data: { name, language, body, approved_name: APPROVED } });
  expect(kept.status(), await kept.text()).toBe(201);
}

/** Walks through it; `chapter` is called where there is something to see, with the page that shows it. */
export async function story(
  { page, browser, satu, provider, request }: { page: Page; browser: Browser; satu: string; provider: Provider; request: APIRequestContext },
  chapter: (name: string, shown: Page) => Promise<void> = async () => {},
) {
  await approve(request, satu);
  await dropGlints(page);
  await chapter('file', page);
  await commit(page);

  await page.getByTestId('result-invite').click();
  await expect(page.getByTestId('channel-whatsapp')).toBeChecked();
  await expect(page.getByTestId('will')).toHaveText('4');
  await expect(page.getByTestId('compose-sample')).toContainText('Rumah Asuh');
  await chapter('invitation', page);
  await page.getByTestId('compose-start').click();
  await page.getByTestId('compose-confirm').click();
  await expect(page.getByTestId('campaign-done')).toContainText('4 dari 4', { timeout: 30_000 });
  expect(provider.taken.map((message) => message.to).sort()).toEqual([SITI.phone, ...OTHERS]);

  for (const phone of [SITI.phone, ...OTHERS]) await provider.report(satu, phone, 'delivered');
  for (const phone of [SITI.phone, UNWILLING.phone]) await provider.report(satu, phone, 'read');
  await provider.answer(satu, UNWILLING.phone, 'STOP');
  await follow(browser, linkIn(provider.textTo(SITI.phone)), SITI, (hers) => chapter('registering', hers));

  await page.reload();
  await expect(page.getByTestId('reach-delivered')).toHaveText(/Sampai\s*4\s*100/);
  await expect(page.getByTestId('reach-read')).toHaveText(/Dibaca\s*2\s*50/);
  await expect(page.getByTestId('reach-linked')).toHaveText(/Terhubung\s*1\s*25/);
  await chapter('reach', page);

  const applicant = page.getByTestId('applicant');
  const open = async (name: string) => {
    await page.getByTestId('nav-applicants').click();
    await page.getByTestId('applicant-search').fill(name);
    await page.getByTestId('applicant-row').filter({ hasText: name }).click();
    await expect(applicant.getByRole('heading', { name })).toBeVisible();
  };
  await open(UNWILLING.name);
  await expect(applicant.getByTestId('thread-stopped')).toBeVisible();
  await expect(applicant.getByTestId('thread-heard')).toContainText('STOP');
  await open(SITI.name);
  await expect(applicant).toContainText('Punya akun');
  await expect(applicant.getByTestId('thread-message')).toHaveCount(1);
  await expect(page.getByTestId('applicant-row').filter({ hasText: SITI.name })).toHaveCount(1);
  await chapter('linked', page);
}
