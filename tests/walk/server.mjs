// What the walks need to start a server of their own at an address that is known before it listens.

import { createServer } from 'node:net';

/** A port of this machine that nothing listens at, below those that the system lends to whoever connects. */
export async function freePort() {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 22_000);
    if (await isFree(port)) return port;
  }
}

const isFree = (port) =>
  new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** Settings by the names of the environment, with the server's address for `{satu}` and its data directory for `{data}`. */
export const filled = (settings, { satu, data }) =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, value.replaceAll('{satu}', satu).replaceAll('{data}', data)]),
  );
