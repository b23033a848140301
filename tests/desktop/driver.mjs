// Starts tauri-driver (which starts WebKitWebDriver) and the application on a database of its own.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session, until } from './webdriver.mjs';

const target = process.env.CARGO_TARGET_DIR ?? join(homedir(), '.cache/satu/target');
export const application = process.env.SATU_DESKTOP ?? join(target, 'debug/satu-desktop');

/** A port that nobody uses at the moment. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A session with a fresh window, and what ends both and removes the data. */
export async function start() {
  const data = await mkdtemp(join(tmpdir(), 'satu-desktop-'));
  const [port, native] = [await freePort(), await freePort()];
  const driver = spawn('tauri-driver', ['--port', String(port), '--native-port', String(native)], {
    env: { ...process.env, SATU_DATA_DIR: data },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  driver.once('error', (error) => console.error(`tauri-driver cannot be started: ${error.message}`));
  const server = `http://127.0.0.1:${port}`;
  const stop = async () => {
    driver.kill();
    await rm(data, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await until('tauri-driver answers', async () => (await fetch(`${server}/status`)).ok);
    const session = await Session.open(server, application);
    return {
      session,
      data,
      stop: async () => {
        await session.close().catch(() => {});
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
