/**
 * Takes a picture of every screen and checks each with axe: `npm run dev`, then `npm run shots -- OUT_DIR [URL]`.
 *
 * Against the mock the names of the files decide what they hold; see `plugin.ts`. Exits 1 when axe finds something serious.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [out = 'shots', url = 'http://localhost:5173/'] = process.argv.slice(2);
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const SETTLE_MS = 600;
let serious = 0;

async function look(page, name) {
  await page.waitForTimeout(SETTLE_MS);
  await page.screenshot({ path: `${out}/${name}.png` });
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => (await globalThis.axe.run()).violations);
  for (const { id, impact, nodes } of found) {
    console.log(`${name}: ${id} (${impact}) ${nodes[0]?.target.join(' ')}`);
    if (impact === 'serious' || impact === 'critical') serious += 1;
  }
}

async function choose(page, ...names) {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByTestId('pick-files').click(),
  ]);
  await chooser.setFiles(names.map((name) => ({ name, mimeType: '', buffer: Buffer.from('x') })));
}

/** The mock's first one is added by the owner, signs in, and chooses a password; one mock has one first one. */
async function team(page, on, name) {
  const password = 'kuda payung sore biru';
  await page.goto(`${url}#/tim`);
  await on('members').or(on('team-first')).waitFor();
  if (await on('team-first').isVisible()) {
    await look(page, name('team-owner'));
    await on('add-member').click();
    await on('add-name').fill('rina');
    await look(page, name('team-add'));
    await on('add-confirm').click();
    const given = await on('one-time').innerText();
    await look(page, name('one-time'));
    await on('one-time-close').click();
    await look(page, name('sign-in'));
    await on('sign-in-password').fill(given);
    await on('sign-in-submit').click();
    await on('password-old').fill(given);
    await on('password-new').fill(password);
    await look(page, name('choose-password'));
    await on('password-save').click();
  }
  await on('members').waitFor();
  await look(page, name('team'));
  await on('tab-audit').click();
  await on('audit').waitFor();
  await look(page, name('audit'));
  await on('nav-account').click();
  await on('codes-open').click();
  await on('codes-password').fill(password);
  await on('codes-next').click();
  await look(page, name('account'));
}

/** The campaigns that the mock begins with, and a new one up to its start. */
async function outreach(page, on, name) {
  await on('nav-outreach').click();
  await on('campaign-row').first().waitFor();
  await look(page, name('campaigns'));
  await page.getByRole('link', { name: /jobstreet-september/ }).click();
  await on('people').waitFor();
  await look(page, name('campaign'));
  await page.goto(`${url}#/undang/baru`);
  await on('compose-sample').waitFor();
  await look(page, name('compose'));
  await page.goto(`${url}#/undang/templat`);
  await on('template-body').fill('Halo {nma}, silakan daftar');
  await look(page, name('templates'));
  await on('nav-outreach').click();
  await page.getByRole('link', { name: /glints-oktober/ }).click();
  await on('chats-open').click();
  await on('chat-card').waitFor();
  await look(page, name('chats'));
}

async function walk(browser, { width, height, colorScheme, locale }) {
  const name = (screen) => `${screen}-${colorScheme}-${locale}-${width}`;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  await context.addInitScript((chosen) => localStorage.setItem('satu.locale', chosen), locale);
  const page = await context.newPage();
  await page.goto(url);
  const on = (id) => page.getByTestId(id);

  await on('drop-zone').waitFor();
  await look(page, name('start'));
  await choose(page, 'rusak.xlsx', 'asing-150.csv');
  await on('import-ready').waitFor();
  await look(page, name('mapping'));
  await page.goto(`${url}#/impor`);
  await look(page, name('refused'));
  await choose(page, 'glints-mitra-asuh-1240.xlsx');
  await on('import-ready').waitFor();
  await look(page, name('rows'));
  await page.keyboard.press('j');
  await look(page, name('decide'));
  await page.keyboard.press('2');
  await on('commit').click();
  await look(page, name('commit'));
  await on('commit-confirm').click();
  await on('result').waitFor();
  await look(page, name('result'));
  await on('nav-review').click();
  await look(page, name('review'));
  await on('nav-applicants').click();
  await on('applicant-row').nth(3).click();
  await look(page, name('applicant'));
  await outreach(page, on, name);
  await on('nav-funnel').click();
  await on('stages').waitFor();
  await look(page, name('funnel'));
  await on('funnel-table').click();
  await look(page, name('funnel-table'));
  await on('nav-history').click();
  await look(page, name('history'));
  await team(page, on, name);
  await context.close();
}

mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
await walk(browser, { width: 1280, height: 800, colorScheme: 'light', locale: 'id' });
await walk(browser, { width: 1280, height: 800, colorScheme: 'dark', locale: 'id' });
await walk(browser, { width: 1024, height: 700, colorScheme: 'light', locale: 'en' });
await browser.close();
console.log(serious === 0 ? 'axe: nothing serious' : `axe: ${serious} serious`);
process.exitCode = serious === 0 ? 0 : 1;
