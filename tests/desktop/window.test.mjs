// The real window under a virtual display: what an HR person does, done through WebDriver. A drag by the operating
// system cannot be driven, so a drop starts at the event that the system's drop becomes.

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { browser, drop as dropOn, id, listeners, start, team } from './driver.mjs';
import { APPROVED, inviting, linkIn, whatsapp } from '../walk/whatsapp.mjs';
import { until } from './webdriver.mjs';

let satu, page;
before(async () => {
  satu = await start();
  page = satu.session;
});
after(() => satu?.stop());

const walk = (name) => join(import.meta.dirname, '../walk', name);
const drop = (...paths) => dropOn(page, ...paths);

/** Waits until the first element of `css` shows `text`. */
const shows = (css, text) => until(`${css} shows "${text}"`, async () => (await page.text(css)).includes(text));

async function commit() {
  await page.click(id('commit'));
  await page.click(id('commit-confirm'));
  await page.text(`${id('import-committed')} ${id('result')}`);
}

/** How many applicants the list shows for `name`. */
async function applicants(name, count) {
  await page.click(id('nav-applicants'));
  await page.fill(id('applicant-search'), name);
  await until(`${count} of ${name}`, async () => {
    const rows = await page.texts(id('applicant-row'));
    assert.deepEqual(rows.map((row) => row.includes(name)), Array(count).fill(true), `the list shows ${JSON.stringify(rows)}`);
    return true;
  });
}

test('the window shows the page of the shell and opens no port', async () => {
  assert.match(await page.title(), /Satu$/);
  assert.match(await page.url(), /^tauri:\/\/localhost/);
  await page.text(id('drop-zone'));
  assert.ok((await readdir(satu.data)).includes('satu.db'), 'the database is in SATU_DATA_DIR');
  assert.deepEqual(await listeners(satu.data), [], 'addresses that the application listens on');
});

test('what the capability does not list is refused', async () => {
  const refused = await page.run(
    `return window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1]).then(() => null, (why) => JSON.stringify(why))`,
    'plugin:fs|read_text_file',
    { path: '/etc/hostname' },
  );
  assert.match(refused, /not allowed/);
  const outside = await page.run(`return fetch('https://example.com/').then(() => 'loaded', (why) => String(why))`);
  assert.match(outside, /TypeError/);
});

test('four applicants of Glints are dropped in and committed', async () => {
  await drop(walk('glints-pelamar-mei.csv'));
  await shows(id('outcome-chip-new'), '4');
  await shows(id('detected'), 'Glints');
  await commit();
});

test('the doubtful row of JobStreet is decided by keyboard', async () => {
  await page.click(id('nav-import'));
  await drop(walk('jobstreet-pelamar-juni.csv'));
  for (const outcome of ['match', 'review', 'new', 'rejected']) await shows(id(`outcome-chip-${outcome}`), '1');
  await page.press('j');
  await shows(id('row-details'), 'Dewi Lestari Putri');
  await page.press('3');
  await until('the decision is kept', async () => !(await page.text(id('import-ready'))).includes('perlu keputusan Anda'));
  await commit();
});

test('the applicants are found, each of them once', async () => {
  await applicants('Maya Anggraini', 1);
  await applicants('Bambang Hartono', 1);
  await applicants('Siti Rahmawati', 1);
  await applicants('Yuni Astuti', 0);
});

test('the import is taken back', async () => {
  await page.click(id('nav-history'));
  await page.click(id('undo'));
  await page.click(id('undo-confirm'));
  await page.text(id('undo-result'));
  await applicants('Maya Anggraini', 0);
  await applicants('Siti Rahmawati', 1);
});

test('a file that is gone is named, and the window stays usable', async () => {
  await page.click(id('nav-import'));
  await drop(walk('tidak-ada.xlsx'));
  await shows(id('upload'), 'tidak-ada.xlsx');
  await drop(walk('glints-pelamar-mei.csv'));
  await shows(id('outcome-chip-repeat'), '4');
});

/** Goes to a server of the team and signs in there. */
async function signIn(server) {
  await page.click(id('nav-account'));
  await page.fill(id('connection-address'), server.address);
  await page.click(id('connection-use'));
  await page.text(id('sign-in'));
  await shows(id('connection-now'), server.address);
  await page.fill(id('sign-in-name'), server.name);
  await page.fill(id('sign-in-password'), server.password);
  await page.click(id('sign-in-submit'));
  await page.text(id('nav-import'));
}

/** Goes back to what is on this machine. */
async function leave() {
  await page.click(id('nav-account'));
  await page.click(id('connection-leave'));
  await shows(id('connection-now'), 'komputer ini');
}

test('a server of the team is shown once it is chosen and somebody has signed in', async () => {
  const server = await team('rina', 'kuda payung sore biru');
  try {
    await page.click(id('nav-account'));
    await shows(id('connection-now'), 'komputer ini');
    for (const [address, problem] of [
      ['http://satu.example', 'bukan alamat server'],
      ['http://127.0.0.1:9', 'tidak menjawab'],
    ]) {
      await page.fill(id('connection-address'), address);
      await page.click(id('connection-use'));
      await shows(id('connection-problem'), problem);
    }
    await signIn(server);
    await page.click(id('nav-import'));
    await drop(walk('jobstreet-pelamar-juni.csv'));
    await shows(id('outcome-chip-new'), '3');
    await commit();
    await applicants('Maya Anggraini', 1);
    assert.deepEqual(await page.run('return Object.values({ ...localStorage, ...sessionStorage }).filter((kept) => /^[0-9a-f]{32,}/.test(kept))'), []);
    // Another start of the window goes on where she left: the keyring has kept who she is.
    page = await satu.again();
    await applicants('Maya Anggraini', 1);
    const { total } = await server.ask('GET', '/v1/applications');
    assert.equal(total, 3, 'they are on the server');
    // Back on this machine is what was there before, and nobody has to sign in.
    await leave();
    await applicants('Maya Anggraini', 0);
    await applicants('Siti Rahmawati', 1);
  } finally {
    await server.stop();
  }
});

/** She opens the link of a message in a browser of her own, and registers with a PIN. */
async function follow(link, { name, phone }) {
  const hers = await browser();
  try {
    const { session } = hers;
    await session.open(link);
    await session.fill(id('full-name'), name);
    await session.fill(id('phone'), phone);
    for (const field of ['pin', 'pin-again']) await session.fill(id(field), '482057');
    await session.click(id('consent'));
    await session.click(id('register'));
    await until('she is in', async () => (await session.text(id('welcome'))).includes(name));
    assert.equal(new URL(await session.url()).hash, '', 'the token is gone from the address');
  } finally {
    await hers.stop();
  }
}

test('a file, an invitation, a registration: one application, linked', async () => {
  const provider = await whatsapp();
  const server = await team('dewi', 'gelas pintu kebun merah', { ...inviting, ...provider.settings });
  try {
    const { items } = await server.ask('GET', '/v1/outreach/templates');
    const { name, language, body } = items.find((one) => one.name === 'undangan' && one.language === 'id');
    await server.ask('POST', '/v1/outreach/templates', { name, language, body, approved_name: APPROVED });
    await signIn(server);
    await page.click(id('nav-import'));
    await drop(walk('glints-pelamar-mei.csv'));
    await shows(id('outcome-chip-new'), '4');
    await commit();
    await page.click(id('result-invite'));
    await shows(id('will'), '4');
    await page.click(id('compose-start'));
    await page.click(id('compose-confirm'));
    await shows(id('campaign-done'), '4 dari 4');
    assert.equal(new Set(provider.taken.map(({ to }) => to)).size, 4);
    assert.equal(provider.taken.length, 4);

    const phone = '+6281234567801';
    await provider.report(server.address, phone, 'read');
    await follow(linkIn(provider.textTo(phone)), { name: 'Siti Rahmawati', phone: '081234567801' });
    await applicants('Siti Rahmawati', 1);
    await page.click(id('applicant-row'));
    await shows(id('applicant'), 'Punya akun');
    await page.click(id('nav-outreach'));
    await page.click(`${id('campaign-row')} a`);
    await shows(id('reach-read'), '1');
    await shows(id('reach-linked'), '1');
    await leave();
  } finally {
    await server.stop();
    provider.stop();
  }
});
