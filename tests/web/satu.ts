// A test's own server: the real `satu serve` on a free port and a fresh database, and the acts of a person in its UI.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { filled, freePort } from '../walk/server.mjs';

const target = process.env.CARGO_TARGET_DIR ?? join(homedir(), '.cache/satu/target');
/** The program that is tested. */
export const binary = process.env.SATU ?? join(target, 'debug/satu');

/** A file of tests/walk. */
export const walk = (name: string) => join(import.meta.dirname, '../walk', name);

/** Waits until the server prints the address that it listens at. */
function listening(server: ChildProcess, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const read = (chunk: Buffer) => {
      printed += chunk;
      if (printed.includes(address)) resolve();
    };
    server.stdout?.on('data', read);
    server.stderr?.on('data', read);
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`satu serve ended with ${code}: ${printed}`)));
  });
}

/** A one-time code as it is shown. */
export type Code = { request: string; digits: string };

interface Served {
  address: string;
  /** Its data directory. */
  data: string;
  /** What it has logged. */
  log: () => string;
}

export const test = base.extend<{
  settings: Record<string, string>;
  development: boolean;
  served: Served;
  satu: string;
  codesTo: (phone: string, count: number) => Promise<string>;
  code: (purpose: string, to: string) => Promise<Code>;
}>({
  /** Settings of the server, by the names of the environment; `{satu}` in a value is its address, `{data}` its data directory. */
  settings: [{}, { option: true }],
  /** Whether the server is one under development, which prints codes to its log. */
  development: [true, { option: true }],
  served: async ({ settings, development }, use) => {
    const data = await mkdtemp(join(tmpdir(), 'satu-web-'));
    const listen = `127.0.0.1:${await freePort()}`;
    const address = `http://${listen}`;
    const flags = development ? ['--development'] : [];
    const server = spawn(binary, ['serve', ...flags, '--listen', listen], {
      env: { ...process.env, SATU_DATA_DIR: data, ...filled(settings, { satu: address, data }) },
    });
    let log = '';
    server.stderr?.on('data', (chunk: Buffer) => (log += chunk));
    try {
      await listening(server, address);
      await use({ address, data, log: () => log });
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
  /** Waits until so many codes were sent to a number, and reads the last of them off the log. */
  codesTo: async ({ served }, use) =>
    use(async (phone, count) => {
      const codes = () => [...served.log().matchAll(new RegExp(`to ${phone.replace('+', '\\+')}: (\\d{6})`, 'g'))];
      await expect.poll(() => codes().length).toBe(count);
      return codes().at(-1)?.[1] ?? '';
    }),
  /** Asks for the first code of a number. */
  code: async ({ satu, request, codesTo }, use) =>
    use(async (purpose, to) => {
      const sent = await request.post(`${satu}/v1/otp`, { data: { purpose, to } });
      expect(sent.status()).toBe(202);
      return { request: (await sent.json()).request, digits: await codesTo(to, 1) };
    }),
  baseURL: async ({ satu }, use) => use(satu),
  page: async ({ page }, use) => faultless(page, () => use(page)),
});

/** Does something on a page, which must report no fault meanwhile. */
export async function faultless(page: Page, act: () => Promise<void>) {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // The browser itself reports each refusal of the API; the page shows those in its own words.
    const refusal = message.location().url.includes('/v1/') && message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !refusal) faults.push(message.text());
  });
  await act();
  expect(faults, 'the page reported faults').toEqual([]);
}

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
