/**
 * The desktop window. Requests of the API cross the shell's own URI scheme; files are paths that only Rust opens.
 *
 * Commands of the shell (`app/src/commands.rs`): `pick_files`, `import_path`, `save_response`, `reveal`,
 * `open_external`; a command that fails rejects with a problem of the API's shape. Those that ask the API are given the token of the
 * session to show, if there is one.
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
  let token: string | null = null;
  return {
    shell: 'desktop',
    apiBase: onWindows ? 'http://satu.localhost' : 'satu://localhost',
    fetch: (request) => {
      if (token) request.headers.set('authorization', `Bearer ${token}`);
      return window.fetch(request);
    },
    // A scheme of one's own has no cookies.
    keepsToken: true,
    showToken: (next) => {
      token = next;
    },
    pickFiles: async () => (await invoke<string[]>('pick_files')).map(picked),
    onDrop,
    upload: async (file, params, key) => {
      if (file.source.kind !== 'path') throw new TypeError('not a path');
      const answer = await invoke<{ status: number; body: unknown }>('import_path', {
        path: file.source.path,
        params,
        key,
        token,
      });
      const type = answer.status < 400 ? 'application/json' : 'application/problem+json';
      return new Response(JSON.stringify(answer.body), {
        status: answer.status,
        headers: { 'content-type': type },
      });
    },
    save: async (url, suggestedName) => {
      const path = await invoke<string | null>('save_response', { url, suggestedName, token });
      return { saved: path !== null, path };
    },
    reveal: (path) => invoke('reveal', { path }),
    openExternal: (url) => invoke('open_external', { url }),
  };
}
