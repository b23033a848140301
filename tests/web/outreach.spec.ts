// Outreach: an import is invited, by hand in chats or by a channel that sends by itself; whoever registers with the link that she was sent
// is seen as linked; whoever wants no messages gets none.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { inviting, linkIn, tokenIn } from '../walk/whatsapp.mjs';
import { checkOf } from './axe.ts';
import { follow } from './candidate.ts';
import { drop, expect, test } from './satu.ts';
import { OWN, admin } from './staff.ts';
import { commit, dropGlints, ready } from './walk.ts';

const SITI = { name: 'Siti Rahmawati', phone: '+6281234567801' };

test.use({ settings: { ...inviting, SATU_OUTREACH_FILE: '{data}/pesan.jsonl' } });

/** The chats that the page opens are kept instead of opened. */
const keepChats = (page: Page) =>
  page.addInitScript(() => {
    const opened: string[] = [];
    Object.assign(globalThis, { openedChats: opened });
    globalThis.open = (url) => {
      opened.push(String(url));
      return null;
    };
  });
const chats = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { openedChats: string[] }).openedChats);

/** From the end of an import to its invitation, which is looked at and not yet started. */
async function compose(page: Page) {
  await page.getByTestId('result-invite').click();
  await expect(page.getByTestId('compose')).toBeVisible();
  await expect(page.getByTestId('will')).toHaveText('4');
}

/** The application of Siti is linked: in the list of applicants, and beside her timeline. */
async function expectLinked(page: Page) {
  await page.getByTestId('nav-applicants').click();
  await page.getByTestId('applicant-search').fill(SITI.name);
  await page.getByTestId('applicant-row').filter({ hasText: SITI.name }).click();
  const applicant = page.getByTestId('applicant');
  await expect(applicant.getByRole('heading', { name: SITI.name })).toBeVisible();
  await expect(applicant).toContainText('Punya akun');
  await expect(applicant.getByTestId('thread-message')).toHaveCount(1);
}

test('an import is invited chat by chat, and whoever registers by her link is linked', async ({ page, browser }) => {
  test.slow();
  await keepChats(page);
  await dropGlints(page);
  await commit(page);

  await test.step('what she will read is seen, and who is messaged', async () => {
    await compose(page);
    await expect(page.getByTestId('channel-wa_me')).toBeChecked();
    await expect(page.getByTestId('compose-sample')).toContainText('Rumah Asuh');
    await expect(page.getByTestId('compose-sample')).toContainText('STOP');
    await page.getByTestId('who-will').locator('summary').click();
    await expect(page.getByTestId('who-will')).toContainText(SITI.name);
    await expect(page.getByTestId('compose-start')).toContainText('4 chat');
    await page.getByTestId('compose-start').click();
    await expect(page.getByTestId('campaign-state')).toHaveText('Berjalan');
  });

  await test.step('Enter opens one chat after another', async () => {
    await page.getByTestId('chats-open').click();
    await expect(page.getByTestId('chat-progress')).toContainText('0 dari 4');
    for (const opened of [1, 2, 3, 4]) {
      const name = await page.getByTestId('chat-name').innerText();
      await page.keyboard.press('Enter');
      await expect(page.getByTestId('chat-last')).toContainText(name);
      await expect(page.getByTestId('chat-progress')).toContainText(`${opened} dari 4`);
    }
    await expect(page.getByRole('heading', { name: 'Semua chat sudah dibuka' })).toBeVisible();
    expect(await chats(page)).toHaveLength(4);
  });

  await test.step('each chat holds a link of its own', async () => {
    const opened = (await chats(page)).map((url) => new URL(url));
    expect(new Set(opened.map((url) => url.host))).toEqual(new Set(['wa.me']));
    expect(new Set(opened.map((url) => tokenIn(url.searchParams.get('text') ?? ''))).size).toBe(4);
  });

  await test.step('Siti registers by hers', async () => {
    const hers = (await chats(page)).map((url) => new URL(url)).find((url) => url.pathname === `/${SITI.phone.slice(1)}`);
    await follow(browser, linkIn(hers?.searchParams.get('text') ?? ''), SITI);
  });

  await test.step('the campaign counts her', async () => {
    await page.getByTestId('nav-outreach').click();
    await page.getByTestId('campaign-row').getByRole('link').click();
    await expect(page.getByTestId('reach-invited')).toHaveText(/Diundang\s*4\s*100/);
    await expect(page.getByTestId('reach-registered')).toHaveText(/Terdaftar\s*1\s*25/);
    await expect(page.getByTestId('reach-linked')).toHaveText(/Terhubung\s*1\s*25/);
    // Whether an opened chat was read is told by nobody.
    await expect(page.getByTestId('reach-read')).toHaveCount(0);
    await expect(page.getByTestId('message').filter({ hasText: SITI.name })).toContainText('Sudah mendaftar');
    await expect(page.getByTestId('message').filter({ hasText: 'Nurhayati' })).not.toContainText('Sudah mendaftar');
  });

  await test.step('and so does the list of applicants', () => expectLinked(page));

  await test.step('nobody is invited a second time', async () => {
    await page.goto('/#/undang/baru');
    await expect(page.getByTestId('will')).toHaveText('0');
    await expect(page.getByTestId('who-invited_before').locator('summary')).toContainText('3');
    await expect(page.getByTestId('who-registered').locator('summary')).toContainText('1');
    await expect(page.getByTestId('compose-start')).toBeDisabled();
  });
});

test('a chat is opened again with a link of its own, and a number that is not on WhatsApp is called', async ({ page }) => {
  test.slow();
  await keepChats(page);
  await dropGlints(page);
  await commit(page);
  await compose(page);
  await page.getByTestId('compose-start').click();
  await page.getByTestId('chats-open').click();
  const name = await page.getByTestId('chat-name').innerText();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('chat-last')).toContainText(name);

  await test.step('the server gives her another link', async () => {
    await page.getByTestId('chat-again').click();
    await expect.poll(() => chats(page)).toHaveLength(2);
    const opened = (await chats(page)).map((url) => new URL(url));
    expect(new Set(opened.map((url) => url.pathname)).size).toBe(1);
    expect(new Set(opened.map((url) => tokenIn(url.searchParams.get('text') ?? ''))).size).toBe(2);
  });

  await test.step('one key, pressed twice, says that WhatsApp does not know her, and the next one is offered', async () => {
    await expect(page.getByTestId('chat-unreached')).toBeEnabled();
    await page.keyboard.press('x');
    await expect(page.getByText('Tekan X sekali lagi')).toContainText(name);
    await page.keyboard.press('x');
    await expect(page.getByText(`nomor ${name} tidak ada di WhatsApp`)).toBeVisible();
    await expect(page.getByTestId('chat-last')).toHaveCount(0);
    await expect(page.getByTestId('chat-name')).not.toHaveText(name);
    await expect(page.getByTestId('chat-progress')).toContainText('1 dari 4');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('chat-progress')).toContainText('2 dari 4');
    expect(await chats(page)).toHaveLength(3);
  });

  await test.step('she is on the list of those to call', async () => {
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('to-call')).toContainText('1 orang');
    await page.getByTestId('to-call').getByRole('button').click();
    await expect(page.getByTestId('message')).toHaveCount(1);
    await expect(page.getByTestId('message')).toContainText(name);
    await expect(page.getByTestId('message')).toContainText('Nomor ini tidak ada di WhatsApp.');
  });
});

test('a channel that sends by itself sends once to each; the campaign comes to its end', async ({ page, served, browser }) => {
  test.slow();
  await dropGlints(page);
  await commit(page);
  await compose(page);
  await page.getByTestId('channel-file').check();
  await expect(page.getByTestId('compose-start')).toContainText('4 orang');
  await page.getByTestId('compose-start').click();
  await page.getByTestId('compose-confirm').click();
  await expect(page.getByTestId('campaign-done')).toContainText('4 dari 4', { timeout: 30_000 });

  const lines = (await readFile(join(served.data, 'pesan.jsonl'), 'utf8')).trim().split('\n');
  const sent = lines.map((line) => JSON.parse(line) as { to: string; text: string });
  expect(sent.map((letter) => letter.to.replace('+', '')).sort()).toEqual([
    '6281234567801',
    '6281345678902',
    '6285712340004',
    '6285765432103',
  ]);
  const hers = sent.find((letter) => SITI.phone.endsWith(letter.to.replace('+', '')));
  await follow(browser, linkIn(hers?.text ?? ''), SITI);
  await page.reload();
  await expect(page.getByTestId('reach-linked')).toHaveText(/Terhubung\s*1\s*25/);
  await expectLinked(page);
});

test('an invitation for later waits, and nothing leaves before', async ({ page, served }) => {
  await dropGlints(page);
  await commit(page);
  await compose(page);
  await page.getByTestId('channel-file').check();
  await page.getByTestId('when-later').click();
  // As it is told elsewhere on the page: `09.30`.
  const at = (await page.getByTestId('compose-at').inputValue()).slice(11, 16).replace(':', '.');
  await expect(page.getByTestId('quiet')).toContainText(at);
  await page.getByTestId('compose-start').click();
  await page.getByTestId('compose-confirm').click();

  await expect(page.getByTestId('campaign-state')).toHaveText('Berjalan');
  await expect(page.getByTestId('campaign-waits')).toContainText(at);
  const waiting = page.getByTestId('message').and(page.locator('[data-state=queued]'));
  await expect(waiting).toHaveCount(4);
  await expect(waiting.first()).toContainText(at);
  // Longer than the server takes to look whether something is due.
  await page.waitForTimeout(3_000);
  await page.reload();
  await expect(page.getByTestId('campaign-done')).toContainText('0 dari 4');
  await expect(waiting).toHaveCount(4);
  expect(await readFile(join(served.data, 'pesan.jsonl'), 'utf8').catch(() => '')).toBe('');
});

test('a campaign is paused, resumed and cancelled; whoever wants no messages gets none', async ({ page }) => {
  test.slow();
  await dropGlints(page);
  await commit(page);

  await test.step('HR notes that Nurhayati wants no messages', async () => {
    await page.getByTestId('nav-applicants').click();
    await page.getByTestId('applicant-row').filter({ hasText: 'Nurhayati' }).click();
    await page.getByTestId('thread-stop').click();
    await expect(page.getByTestId('thread-stopped')).toContainText('dicatat tim Anda');
  });

  await test.step('of two who are ticked only the other one is invited', async () => {
    await page.getByTestId('nav-applicants').click();
    for (const name of ['Nurhayati', SITI.name])
      await page.getByTestId('applicant-row').filter({ hasText: name }).getByTestId('tick').check();
    await page.getByTestId('invite').click();
    await page.getByTestId('invite-chosen').click();
    await expect(page.getByTestId('will')).toHaveText('1');
    await page.getByTestId('who-opted_out').locator('summary').click();
    await expect(page.getByTestId('who-opted_out')).toContainText('Nurhayati');
    await page.getByTestId('compose-name').fill('Undangan Siti');
    await page.getByTestId('compose-start').click();
    await expect(page.getByRole('heading', { name: 'Undangan Siti' })).toBeVisible();
    await expect(page.getByTestId('campaign-state')).toHaveText('Berjalan');
  });

  await test.step('it is paused: no chat is offered', async () => {
    await page.getByTestId('campaign-pause').click();
    await page.getByTestId('campaign-confirm').click();
    await expect(page.getByTestId('campaign-state')).toHaveText('Dijeda');
    await expect(page.getByTestId('chats-open')).toHaveCount(0);
    await page.reload();
    await expect(page.getByTestId('campaign-state')).toHaveText('Dijeda');
  });

  await test.step('it is resumed, and cancelled: she may be invited anew', async () => {
    await page.getByTestId('campaign-resume').click();
    await page.getByTestId('campaign-confirm').click();
    await expect(page.getByTestId('chats-open')).toBeVisible();
    await page.getByTestId('campaign-cancel').click();
    await page.getByTestId('campaign-confirm').click();
    await expect(page.getByTestId('campaign-state')).toHaveText('Dibatalkan');
    await expect(page.getByTestId('message')).toContainText('Tidak jadi dikirim');
    await page.goto('/#/undang/baru');
    // All but Nurhayati.
    await expect(page.getByTestId('will')).toHaveText('3');
  });
});

test('a template is checked where it is wrong, and kept as another version', async ({ page }) => {
  await dropGlints(page);
  await commit(page);
  await page.goto('/#/undang/templat?nama=undangan&bahasa=id');
  const body = page.getByTestId('template-body');
  await body.fill('Halo {nma}, apa kabar?');
  await expect(page.getByTestId('template-faults')).toContainText('Baris 1, karakter 6');
  await expect(page.getByTestId('template-faults')).toContainText('{tautan}');
  await page.getByTestId('template-save').click();
  await expect(page.getByTestId('template-undangan-id')).toContainText('v1');

  await body.fill('Halo ');
  await page.getByTestId('insert-nama').click();
  await body.press('End');
  await body.pressSequentially(', daftar di ');
  await page.getByTestId('insert-tautan').click();
  await expect(body).toHaveValue('Halo {nama}, daftar di {tautan}');
  await expect(page.getByTestId('template-faults')).toHaveCount(0);
  await expect(page.getByTestId('template-preview')).toContainText(/^\s*Halo (Siti|Dewi|Nurhayati|Rina), daftar di https?:/);
  await expect(page.getByTestId('template-editor').getByTestId('length')).toContainText('1 segmen');
  await page.getByTestId('template-save').click();
  await expect(page.getByTestId('template-undangan-id')).toContainText('v2');

  await page.getByTestId('template-versions').locator('summary').click();
  await page.getByTestId('template-version-1').click();
  await expect(page.getByTestId('template-version-text')).toContainText('terima kasih sudah melamar');
  await page.getByTestId('template-version-use').click();
  await expect(body).toHaveValue(/terima kasih sudah melamar/);
  await expect(page.getByTestId('template-save')).toContainText('versi 3');
  await page.goto('/#/undang/baru');
  await expect(page.getByTestId('compose-sample')).toContainText('daftar di');
});

test('a viewer looks at everything and is offered nothing that she may not do', async ({ page }) => {
  test.slow();
  await dropGlints(page);
  await commit(page);
  await compose(page);
  await page.getByTestId('compose-start').click();
  await expect(page.getByTestId('campaign-state')).toHaveText('Berjalan');
  const campaign = new URL(page.url()).hash;

  await admin(page, 'rina');
  const { request } = page;
  const welcome = await request.post('/v1/staff', { data: { name: 'vera', role: 'viewer' } });
  const { password } = await welcome.json();
  expect((await request.post('/v1/staff/session', { data: { name: 'vera', password } })).status()).toBe(200);
  const own = { old_password: password, new_password: OWN };
  expect((await request.post('/v1/staff/password', { data: own })).status()).toBe(204);

  await page.goto('/#/undang');
  await page.reload();
  await expect(page.getByTestId('campaign-row')).toHaveCount(1);
  await expect(page.getByTestId('compose-open')).toHaveCount(0);
  await page.goto(`/${campaign}`);
  await expect(page.getByTestId('message')).toHaveCount(4);
  for (const hidden of ['chats-open', 'campaign-pause', 'campaign-cancel', 'campaign-export'])
    await expect(page.getByTestId(hidden), hidden).toHaveCount(0);
  await page.goto(`/${campaign}?cara=chat`);
  await expect(page.getByTestId('people')).toBeVisible();
  await expect(page.getByTestId('chats')).toHaveCount(0);
  await page.goto('/#/undang/baru');
  await expect(page.getByTestId('campaigns')).toBeVisible();
  await page.goto('/#/undang/templat');
  await expect(page.getByTestId('template-body')).not.toBeEditable();
  await expect(page.getByTestId('template-save')).toHaveCount(0);
  await page.getByTestId('nav-applicants').click();
  await expect(page.getByTestId('tick')).toHaveCount(0);
  await expect(page.getByTestId('invite')).toHaveCount(0);
  await page.getByTestId('applicant-row').first().click();
  await expect(page.getByTestId('thread-message')).toBeVisible();
  await expect(page.getByTestId('thread-stop')).toHaveCount(0);
});

test.describe('where a day has a budget', () => {
  test.use({ settings: { ...inviting, SATU_OUTREACH_FILE: '{data}/pesan.jsonl', SATU_OUTREACH_DAILY_BUDGET: 'file=3' } });
  test('it is said who waits for a later day', async ({ page }) => {
    await dropGlints(page);
    await commit(page);
    await compose(page);
    await expect(page.getByTestId('beyond-budget')).toHaveCount(0);
    await page.getByTestId('channel-file').check();
    await expect(page.getByTestId('beyond-budget')).toContainText('1 orang menunggu hari berikutnya');
  });
});

test.describe('where no link is set', () => {
  test.use({ settings: { SATU_OUTREACH_QUIET_FROM: '00:00', SATU_OUTREACH_QUIET_UNTIL: '00:00' } });
  test('it is said, and nothing can be started', async ({ page }) => {
    await dropGlints(page);
    await commit(page);
    await compose(page);
    await expect(page.getByRole('alert')).toContainText('outreach.link');
    await expect(page.getByTestId('compose-start')).toBeDisabled();
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`outreach can be used by everybody (${colorScheme})`, async ({ page }) => {
    test.slow();
    await keepChats(page);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const check = checkOf(page);
    const everywhere = async (name: string) => {
      await check(name);
      await page.setViewportSize({ width: 375, height: 667 });
      const wide = await page.locator('.page').evaluate((one) => one.scrollWidth - one.clientWidth);
      expect(wide, `${name} fits on a phone`).toBe(0);
      await check(`${name} on a phone`);
      await page.setViewportSize({ width: 1280, height: 820 });
    };
    await page.goto('/#/undang');
    await expect(page.getByRole('heading', { name: 'Belum ada yang diundang' })).toBeVisible();
    await everywhere('no invitation yet');
    await dropGlints(page);
    await commit(page);
    await compose(page);
    await page.getByTestId('when-later').click();
    await page.getByTestId('compose-remind').check();
    await page.getByTestId('who-will').locator('summary').click();
    await everywhere('a new invitation');
    await page.getByTestId('who-chosen').click();
    await check('an invitation of nobody');
    await page.goto('/#/undang/templat');
    await page.getByTestId('template-body').fill('Halo {nma} “ya”');
    await expect(page.getByTestId('template-faults')).toBeVisible();
    await everywhere('a template with mistakes');
    await page.goto('/#/undang/baru');
    await expect(page.getByTestId('will')).toHaveText('4');
    await page.getByTestId('compose-start').click();
    await expect(page.getByTestId('campaign-state')).toHaveText('Berjalan');
    await everywhere('a campaign');
    await page.getByTestId('campaign-cancel').click();
    await expect(page.getByTestId('campaign-confirm')).toBeVisible();
    await check('the question before it is cancelled');
    await page.keyboard.press('Escape');
    await page.getByTestId('chats-open').click();
    await page.getByTestId('chat-open').click();
    await expect(page.getByTestId('chat-last')).toBeVisible();
    await everywhere('one chat after another');
    await page.goto('/#/undang');
    await expect(page.getByTestId('campaign-row')).toHaveCount(1);
    await everywhere('the invitations');
    await page.getByTestId('nav-applicants').click();
    await page.getByTestId('tick').first().check();
    await page.getByTestId('applicant-row').filter({ hasText: SITI.name }).click();
    await expect(page.getByTestId('thread-message')).toBeVisible();
    await check('an applicant and her messages');
  });
}

test('who cannot be messaged is named, each of them, before and after', async ({ page }, info) => {
  const header = 'Nama Lengkap,Email,Nomor Telepon,Posisi yang Dilamar,Tanggal Melamar,Status,Gaji yang Diharapkan,Domisili';
  const row = (name: string, at: number, number: string) =>
    `${name},pelamar${at}@example.com,${number},Pengasuh Anak,2026-05-0${at + 1},IN_REVIEW,4000000,Bandung`;
  const without = ['Ayu', 'Bunga', 'Citra', 'Dian', 'Eka', 'Fitri', 'Gita'].map((name) => `${name} Tanpa Nomor`);
  const file = info.outputPath('tanpa-nomor.csv');
  await writeFile(file, [header, row(SITI.name, 0, SITI.phone), ...without.map((name, at) => row(name, at + 1, ''))].join('\n') + '\n');
  await page.goto('/');
  await drop(page, file);
  await ready(page);
  await commit(page);

  await test.step('before it starts', async () => {
    await page.getByTestId('result-invite').click();
    await expect(page.getByTestId('will')).toHaveText('1');
    const line = page.getByTestId('who-no_mobile');
    await line.locator('summary').click();
    await expect(line.getByTestId('names').getByRole('listitem')).toHaveCount(5);
    await expect(line.getByTestId('names-more')).toContainText('2');
    await line.getByTestId('names-more').click();
    await expect(line.getByTestId('names').getByRole('listitem')).toHaveCount(7);
    await expect(line.getByTestId('names-more')).toHaveCount(0);
  });

  await test.step('and when it runs', async () => {
    await page.getByTestId('compose-start').click();
    await expect(page.getByTestId('campaign-state')).toHaveText('Berjalan');
    await page.getByTestId('left-out').locator('summary').click();
    const left = page.getByTestId('left-no_mobile');
    await left.getByTestId('names-more').click();
    for (const name of without) await expect(left).toContainText(name);
    await expect(page.getByTestId('left-out').getByRole('region')).toHaveCount(1);
  });
});
