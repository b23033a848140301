/**
 * The desktop window. Requests of the API cross the shell's own URI scheme; files are paths that only Rust opens.
 *
 * Commands of the shell (`app/src/commands.rs`): `pick_files`, `import_path`, `save_response`, `reveal`,
 * `open_external`, `team`, `use_team`, `keep_token`; a command that fails rejects with a problem of the API's shape. Who has signed in is
 * shown by the shell, which keeps her token: no script of the page holds it.
 */
import { invoke } from '@tauri-apps/api/core';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import type { DropEvent, PickedFile, Platform } from './types';

const picked = (path: string): PickedFile => ({
  name: path.split(/[\\/]/).pop() || path,
  size: null,
  source: { kind: 'path', path },
});

/** WebView2 knows custom schemes as hosts of `http` only. */
const onWindows = navigator.userAgent.includes('Windows');

function onDrop(tell: (event: DropEvent) => void): () => void {
  const listening = getCurrentWebview().onDragDropEvent(({ payload }) => {
    if (payload.type === 'enter') tell({ type: 'enter' });
    else if (payload.type === 'leave') tell({ type: 'leave' });
    else if (payload.type === 'drop') tell({ type: 'drop', files: payload.paths.map(picked) });
  });
  return () => void listening.then((stop) => stop());
}

export function desktop(): Platform {
  return {
    shell: 'desktop',
    apiBase: onWindows ? 'http://satu.localhost' : 'satu://localhost',
    fetch: (request) => window.fetch(request),
    // A scheme of one's own has no cookies.
    keepsToken: true,
    keepToken: (token) => invoke('keep_token', { token }),
    team: {
      current: () => invoke<string | null>('team'),
      use: async (address) => {
        await invoke('use_team', { address });
        // What is on screen belongs to where it was.
        window.location.reload();
      },
    },
    pickFiles: async () => (await invoke<string[]>('pick_files')).map(picked),
    onDrop,
    upload: async (file, params, key) => {
      if (file.source.kind !== 'path') throw new TypeError('not a path');
      const answer = await invoke<{ status: number; body: unknown }>('import_path', {
        path: file.source.path,
        params,
        key,
      });
      const type = answer.status < 400 ? 'application/json' : 'application/problem+json';
      return new Response(JSON.stringify(answer.body), {
        status: answer.status,
        headers: { 'content-type': type },
      });
    },
    save: async (url, suggestedName) => {
      const path = await invoke<string | null>('save_response', { url, suggestedName });
      return { saved: path !== null, path };
    },
    reveal: (path) => invoke('reveal', { path }),
    blocksWindows: false,
    openExternal: (url) => invoke('open_external', { url }),
  };
}
