// What the walks need to start a server of their own at an address that is known before it listens.

import { createServer } from 'node:net';

/** A port of this machine that nothing listens at. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Settings by the names of the environment, with the server's address for `{satu}` and its data directory for `{data}`. */
export const filled = (settings, { satu, data }) =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, value.replaceAll('{satu}', satu).replaceAll('{data}', data)]),
  );
