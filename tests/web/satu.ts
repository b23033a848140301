// A test's own server: the real `satu serve` on a free port and a fresh database, and the acts of a person in its UI.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';

const target = process.env.CARGO_TARGET_DIR ?? join(homedir(), '.cache/satu/target');
const binary = process.env.SATU ?? join(target, 'debug/satu');

/** A file of tests/walk. */
export const walk = (name: string) => join(import.meta.dirname, '../walk', name);

/** The address that the server prints once it listens. */
function address(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const read = (chunk: Buffer) => {
      printed += chunk;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(printed);
      if (found) resolve(found[0]);
    };
    server.stdout?.on('data', read);
    server.stderr?.on('data', read);
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`satu serve ended with ${code}: ${printed}`)));
  });
}

/** A one-time code as it is shown. */
type Code = { request: string; digits: string };

interface Served {
  address: string;
  /** Its data directory. */
  data: string;
  /** What it has logged. */
  log: () => string;
}

export const test = base.extend<{
  settings: Record<string, string>;
  served: Served;
  satu: string;
  code: (purpose: string, to: string) => Promise<Code>;
}>({
  /** Settings of the server, by the names of the environment; `{data}` in a value is its data directory. */
  settings: [{}, { option: true }],
  /** The server: one under development prints codes to its log. */
  served: async ({ settings }, use) => {
    const data = await mkdtemp(join(tmpdir(), 'satu-web-'));
    const set = Object.entries(settings).map(([name, value]) => [name, value.replace('{data}', data)]);
    const server = spawn(binary, ['serve', '--development', '--listen', '127.0.0.1:0'], {
      env: { ...process.env, SATU_DATA_DIR: data, ...Object.fromEntries(set) },
    });
    let log = '';
    server.stderr?.on('data', (chunk: Buffer) => (log += chunk));
    try {
      await use({ address: await address(server), data, log: () => log });
    } finally {
      if (server.exitCode === null && server.pid) {
        server.kill();
        await once(server, 'exit');
      }
      await rm(data, { recursive: true, force: true });
    }
  },
  /** The server's address. */
  satu: async ({ served }, use) => use(served.address),
  /** Asks for a code and reads it off the log. */
  code: async ({ served, request }, use) =>
    use(async (purpose, to) => {
      const sent = await request.post(`${served.address}/v1/otp`, { data: { purpose, to } });
      expect(sent.status()).toBe(202);
      const digits = () => new RegExp(`to ${to.replace('+', '\\+')}: (\\d{6})`).exec(served.log())?.[1];
      await expect.poll(digits).toBeTruthy();
      return { request: (await sent.json()).request, digits: digits() ?? '' };
    }),
  baseURL: async ({ satu }, use) => use(satu),
  page: async ({ page }, use) => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      // The browser itself reports each refusal of the API; the page shows those in its own words.
      const refusal = message.location().url.includes('/v1/') && message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !refusal) faults.push(message.text());
    });
    await use(page);
    expect(faults, 'the page reported faults').toEqual([]);
  },
});

/** Drags files over the drop zone and lets go, as the browser tells it to the page. */
export async function drop(page: Page, ...paths: string[]) {
  const files = await Promise.all(
    paths.map(async (path) => ({ name: basename(path), content: (await readFile(path)).toString('base64') })),
  );
  const dataTransfer = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const { name, content } of files) {
      const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    return transfer;
  }, files);
  const zone = page.getByTestId('drop-zone');
  for (const event of ['dragenter', 'dragover', 'drop']) await zone.dispatchEvent(event, { dataTransfer });
}

export { expect };
