// The real window under a virtual display: what an HR person does, done through WebDriver. A drag by the operating
// system cannot be driven, so a drop starts at the event that the system's drop becomes.

import assert from 'node:assert/strict';
import { access, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { answerSaveDialog, browser, drop as dropOn, id, listeners, start, team } from './driver.mjs';
import { digitsOf } from '../walk/totp.mjs';
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

/** Goes to a server of the team, which asks who she is. */
async function goTo(server) {
  await page.click(id('nav-account'));
  await page.fill(id('connection-address'), server.address);
  await page.click(id('connection-use'));
  await page.text(id('sign-in'));
  await shows(id('connection-now'), server.address);
}

/** Shows a name and a password at the way in. */
async function present(name, password) {
  await page.fill(id('sign-in-name'), name);
  await page.fill(id('sign-in-password'), password);
  await page.click(id('sign-in-submit'));
}

/** Goes to a server of the team and signs in there. */
async function signIn(server) {
  await goTo(server);
  await present(server.name, server.password);
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

/** Waits until so many elements of `css` are there. */
const count = (css, wanted) =>
  until(`${wanted} of ${css}`, async () => {
    const found = (await page.texts(css)).length;
    assert.equal(found, wanted);
    return true;
  });

/** Who recruits works on a server of the team through the window alone: from the password that she was given to the end of her session. */
test('with digits from her phone she works on the server of the team, until an administrator ends it', async (t) => {
  const server = await team('rina', 'kuda payung sore biru');
  const password = 'gelas pintu kebun merah';
  const { member, password: given } = await server.ask('POST', '/v1/staff', { name: 'tuti', role: 'recruiter' });
  try {
    let secret, begun;

    await t.test('she chooses a password of her own, and sets up her phone', async () => {
      await goTo(server);
      await present('tuti', given);
      await page.fill(id('password-old'), given);
      await page.fill(id('password-new'), password);
      await page.click(id('password-save'));
      await page.click(id('nav-account'));
      await shows(id('account-name'), 'tuti');
      await page.click(id('codes-open'));
      await page.fill(id('codes-password'), password);
      await page.click(id('codes-next'));
      secret = await page.text(id('codes-secret'));
      begun = Date.now();
      await page.fill(id('codes-digits'), digitsOf(secret, begun));
      await page.click(id('codes-next'));
      await shows(id('codes-open'), 'Lepas');
      await page.click(id('sign-out'));
      await page.text(id('sign-in'));
    });

    await t.test('the password alone lets her in no more, and neither do digits that were used', async () => {
      await present('tuti', password);
      await page.fill(id('sign-in-digits'), digitsOf(secret, begun));
      await page.click(id('sign-in-submit'));
      await shows(id('sign-in-problem'), 'Angka itu salah atau sudah dipakai');
      // The next ones count half a minute early.
      await page.fill(id('sign-in-digits'), digitsOf(secret, begun + 30_000));
      await page.click(id('sign-in-submit'));
      await page.text(id('nav-import'));
      await count(id('nav-team'), 0);
    });

    await t.test('what is doubtful is decided in the queue', async () => {
      for (const [file, outcomes] of [
        ['glints-pelamar-mei.csv', ['new', '4']],
        ['jobstreet-pelamar-juni.csv', ['review', '1']],
      ]) {
        await page.click(id('nav-import'));
        await drop(walk(file));
        await shows(id(`outcome-chip-${outcomes[0]}`), outcomes[1]);
        await commit();
      }
      await page.click(id('nav-review'));
      await shows(id('review-row'), 'Bambang Hartono');
      await page.text(id('decide-same'));
      await page.press('3');
      await count(id('review-row'), 0);
      await applicants('Bambang Hartono', 1);
      const { items } = await server.ask('GET', '/v1/audit');
      assert.ok(items.some((one) => one.actor === 'tuti' && one.action.includes('decision')), 'it was hers to decide');
    });

    await t.test('on the board one goes on and is turned down with a reason', async () => {
      const column = (stage) => `${id(`column-${stage}`)} ${id('card')}`;
      const focus = (stage) => page.run('document.querySelector(arguments[0]).focus()', column(stage));
      await page.click(id('nav-board'));
      await count(column('SCREENING'), 6);
      await focus('SCREENING');
      await page.press('n');
      await page.click(id('transition-confirm'));
      await count(column('INTERVIEW_HR'), 1);
      await count(column('SCREENING'), 5);
      await focus('INTERVIEW_HR');
      await page.press('t');
      await page.click(id('reason-failed_interview_hr'));
      await page.click(id('transition-confirm'));
      await count(column('INTERVIEW_HR'), 0);
    });

    await t.test('the funnel counts them, in charts and in a table', async () => {
      await page.click(id('nav-funnel'));
      await shows(id('funnel-total'), '6 pelamar');
      await shows(id('sum-gone'), '1');
      await shows(id('loss'), 'Tidak lolos wawancara HR');
      await page.click(id('funnel-table'));
      await shows(`${id('stage-INTERVIEW_HR')} ${id('stand-REJECTED')}`, '1');
      await shows(`${id('stage-SCREENING')} ${id('entered')}`, '6');
    });

    await t.test('it is saved where she says, and nowhere when she changes her mind', async () => {
      const kept = join(satu.data, 'corong juni.xlsx');
      await page.click(id('funnel-export'));
      await answerSaveDialog(null);
      await assert.rejects(access(kept));
      await page.click(id('funnel-export'));
      await answerSaveDialog(kept);
      await shows('.toast', 'corong juni.xlsx disimpan');
      const bytes = await readFile(kept);
      assert.equal(bytes.subarray(0, 2).toString(), 'PK', 'a workbook is a zip');
      assert.ok(bytes.length > 1024);
      assert.deepEqual((await readdir(satu.data)).filter((name) => name.endsWith('.part')), []);
    });

    await t.test('her session is ended: the way in says so, and another start of the window does not let her in', async () => {
      await server.ask('PATCH', `/v1/staff/${member.id}`, { disabled: true });
      await page.click(id('nav-history'));
      await shows(id('sign-in'), 'Sesi Anda berakhir');
      page = await satu.again();
      await page.text(id('sign-in'));
      await present('tuti', password);
      await page.text(`${id('sign-in-problem')}:not(:empty)`);
      await count(id('nav-import'), 0);
    });

    await t.test('what is on this machine is hers all the same', async () => {
      await page.click(id('connection-leave'));
      await page.text(id('nav-import'));
      await applicants('Bambang Hartono', 0);
      await applicants('Siti Rahmawati', 1);
    });
  } finally {
    await server.stop();
  }
});
