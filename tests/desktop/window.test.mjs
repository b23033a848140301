// The real window under Xvfb: what a person does with a mouse, done through the driver. A drag by the operating system
// cannot be driven, so the drop starts at the event that the system's drop becomes.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './driver.mjs';

let window;
before(async () => {
  window = await start();
});
after(() => window?.stop());

/** Drops files on the window. */
const drop = (...paths) =>
  window.session.run(
    `return window.__TAURI_INTERNALS__.invoke('plugin:event|emit', {
      event: 'tauri://drag-drop', payload: { paths: arguments[0], position: { x: 400, y: 300 } } })`,
    paths,
  );

test('x', async () => {
  console.log(await window.session.title(), await window.session.url());
  await drop('/a', '/b');
  console.log(await window.session.text('pre'));
  assert.match(await window.session.text('pre'), /drop .*\/b/);
});
