// Starts tauri-driver (which starts WebKitWebDriver) and the application on a database of its own.

import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, readlink, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { filled, freePort } from '../walk/server.mjs';
import { Session, until } from './webdriver.mjs';

const target = process.env.CARGO_TARGET_DIR ?? join(homedir(), '.cache/satu/target');
export const application = process.env.TEST_DESKTOP ?? join(target, 'debug/satu-desktop');

const program = process.env.SATU ?? join(target, 'debug/satu');

/** The element that the UI marks for tests. */
export const id = (name) => `[data-testid="${name}"]`;

/** Drops files on the window: the event that a drop by the system becomes. */
export const drop = (page, ...paths) =>
  page.run(
    `return window.__TAURI_INTERNALS__.invoke('plugin:event|emit', {
      event: 'tauri://drag-drop', payload: { paths: arguments[0], position: { x: 640, y: 400 } } })`,
    paths,
  );

/** The TCP addresses (as /proc writes them) on which the application with this data folder listens, but for the one that
 * WebKit opens because it is driven. */
export async function listeners(data) {
  const sockets = new Set();
  let driven;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const executable = await readlink(`/proc/${pid}/exe`).catch(() => '');
    if (!executable.endsWith('/satu-desktop')) continue;
    const environment = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0');
    if (!environment.includes(`SATU_DATA_DIR=${data}`)) continue;
    driven = environment.find((entry) => entry.startsWith('WEBKIT_INSPECTOR_SERVER='))?.split(':').at(-1);
    for (const file of await readdir(`/proc/${pid}/fd`)) {
      const socket = /^socket:\[(\d+)\]$/.exec(await readlink(`/proc/${pid}/fd/${file}`).catch(() => ''));
      if (socket) sockets.add(socket[1]);
    }
  }
  if (sockets.size === 0) throw new Error('the application is not found among the processes');
  const LISTEN = '0A';
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')));
  return tables
    .flatMap((table) => table.trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === LISTEN && sockets.has(inode))
    .map(([, address]) => address)
    .filter((address) => parseInt(address.split(':')[1], 16) !== Number(driven));
}

const xdotool = async (...args) => (await promisify(execFile)('xdotool', args)).stdout.trim();

/** The save dialog of the system, which no driver of a page reaches: once it is open, its keys are pressed on the display. `path`: where
 * it is to save to; none: the user changes her mind. */
export async function answerSaveDialog(path) {
  const windows = async () => (await xdotool('search', '--onlyvisible', '--class', 'satu-desktop')).split('\n');
  const dialog = await until('the save dialog is open', async () => {
    for (const one of await windows()) if ((await xdotool('getwindowname', one)) !== 'Satu') return one;
    return null;
  });
  // There is no window manager here that would give it the keyboard.
  await xdotool('windowfocus', '--sync', dialog);
  if (path) {
    await xdotool('key', '--clearmodifiers', 'ctrl+a');
    await xdotool('type', '--clearmodifiers', '--delay', '20', path);
  }
  await xdotool('key', '--clearmodifiers', path ? 'Return' : 'Escape');
  await until('the save dialog is closed', async () => !(await windows()).includes(dialog));
}

/** A driver with a folder of its own, and what ends it and removes the folder. */
async function driven(program, args, environment = () => ({})) {
  const folder = await mkdtemp(join(tmpdir(), 'satu-desktop-'));
  const port = await freePort();
  const driver = spawn(program, [...args, `--port=${port}`], {
    env: { ...process.env, ...environment(folder) },
    stdio: ['ignore', 'inherit', 'inherit'],
    // A process group of its own: what the driver starts may outlive it, and would keep this test's output open.
    detached: true,
  });
  driver.once('error', (error) => console.error(`${program} cannot be started: ${error.message}`));
  const stop = async () => {
    if (driver.pid) process.kill(-driver.pid, 'SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const server = `http://127.0.0.1:${port}`;
  try {
    await until(`${program} answers`, async () => (await fetch(`${server}/status`)).ok);
    return { server, folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A session of a driver, and what ends both. */
async function session({ server, folder, stop }, capabilities) {
  try {
    const satu = {
      session: await Session.open(server, capabilities),
      data: folder,
      /** Closes the window and starts it anew on the same data. */
      again: async () => {
        await satu.session.close();
        satu.session = await Session.open(server, capabilities);
        return satu.session;
      },
      stop: async () => {
        await satu.session.close().catch(() => {});
        await stop();
      },
    };
    return satu;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A fresh window of the application. */
export const start = async () =>
  session(await driven('tauri-driver', [`--native-port=${await freePort()}`], (folder) => ({ SATU_DATA_DIR: folder })), {
    'tauri:options': { application },
  });

/** A browser of somebody else's, who has another telephone than who sits at the window: it forgets everything at its end. */
export const browser = async () => session(await driven('WebKitWebDriver', []), {});

/** A server of a team with these settings, in which one administrator has a password of her own. */
export async function team(name, password, settings = {}) {
  const data = await mkdtemp(join(tmpdir(), 'satu-team-'));
  const listen = `127.0.0.1:${await freePort()}`;
  const env = { ...process.env, ...filled(settings, { satu: `http://${listen}`, data }), SATU_DATA_DIR: data };
  const added = await promisify(execFile)(program, ['staff', 'add', name, '--role', 'admin', '--json'], { env });
  const server = spawn(program, ['serve', '--listen', listen], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const stop = async () => {
    server.kill('SIGTERM');
    await rm(data, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    let printed = '';
    server.stdout.on('data', (chunk) => (printed += chunk));
    const address = await until('the server of the team listens', async () => /http:\S+/.exec(printed)?.[0]);
    let token;
    const ask = async (method, path, body) => {
      const response = await fetch(address + path, {
        method,
        headers: {
          'content-type': 'application/json',
          'satu-keeps-token': 'true',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        body: body && JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return response.status === 204 ? null : response.json();
    };
    const { password: first } = JSON.parse(added.stdout);
    ({ token } = await ask('POST', '/v1/staff/session', { name, password: first }));
    await ask('POST', '/v1/staff/password', { old_password: first, new_password: password });
    return { name, address, password, ask, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
