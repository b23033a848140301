// Takes the picture of the window for the README: `tests/desktop/run shots`. Not part of the tests.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { drop, id, start } from './driver.mjs';

const root = join(import.meta.dirname, '../..');
const sample = (name) => join(root, 'fixtures/samples', name);

test('the window', async () => {
  const { session: page, stop } = await start();
  try {
    await page.text(id('drop-zone'));
    await drop(page, sample('glints.xlsx'));
    await page.click(id('commit'));
    await page.click(id('commit-confirm'));
    await page.text(`${id('import-committed')} ${id('result')}`);
    await page.click(id('nav-import'));
    await drop(page, sample('jobstreet.csv'));
    await page.text(id('grid-row-2'));
    // The two doubtful rows are near its end: show them among their neighbours, not alone.
    await page.run(`document.querySelector(arguments[0]).scrollTop = 1e6`, id('grid'));
    await page.click(`${id('grid-row-46')} [role=gridcell]`);
    await page.text(id('decide-same'));
    await setTimeout(1500);
    // The driver's own picture may wait for ever for a page that has nothing new to paint.
    await promisify(execFile)('import', ['-window', 'Satu', join(root, 'docs/screenshots/desktop.png')]);
  } finally {
    await stop();
  }
});
