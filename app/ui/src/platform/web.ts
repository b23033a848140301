/** The browser: files are `File` objects, the API is where the page came from. */
import { uploadQuery } from './query';
import type { DropEvent, PickedFile, Platform } from './types';

const picked = (file: File): PickedFile => ({
  name: file.name,
  size: file.size,
  source: { kind: 'browser', file },
});

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

function onDrop(tell: (event: DropEvent) => void): () => void {
  // `dragenter` and `dragleave` also fire between children: the depth tells when the pointer really left the window.
  let depth = 0;
  const enter = (event: DragEvent) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    if (depth++ === 0) tell({ type: 'enter' });
  };
  const over = (event: DragEvent) => {
    if (carriesFiles(event)) event.preventDefault();
  };
  const leave = (event: DragEvent) => {
    if (carriesFiles(event) && --depth <= 0) {
      depth = 0;
      tell({ type: 'leave' });
    }
  };
  const drop = (event: DragEvent) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    tell({ type: 'drop', files: [...(event.dataTransfer?.files ?? [])].map(picked) });
  };
  window.addEventListener('dragenter', enter);
  window.addEventListener('dragover', over);
  window.addEventListener('dragleave', leave);
  window.addEventListener('drop', drop);
  return () => {
    window.removeEventListener('dragenter', enter);
    window.removeEventListener('dragover', over);
    window.removeEventListener('dragleave', leave);
    window.removeEventListener('drop', drop);
  };
}

function pickFiles(): Promise<PickedFile[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.accept = '.csv,.tsv,.tab,.txt,.xlsx,.xlsm,.xlsb,.xls,.ods,.fods,.xml,.htm,.html,.zip';
    input.addEventListener('change', () => resolve([...(input.files ?? [])].map(picked)));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
}

/** A plain link: the browser streams the answer to disk, so that a large export never passes through the page. */
function download(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}

export function web(): Platform {
  return {
    shell: 'web',
    apiBase: window.location.origin,
    fetch: (request) => window.fetch(request),
    keepsToken: false,
    keepToken: () => Promise.resolve(),
    team: null,
    pickFiles,
    onDrop,
    upload: (file, params, key) => {
      if (file.source.kind !== 'browser') return Promise.reject(new TypeError('not a browser file'));
      return window.fetch(`/v1/imports?${uploadQuery(file.name, params)}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream', 'idempotency-key': key },
        body: file.source.file,
      });
    },
    save: (url, suggestedName) => {
      download(url, suggestedName);
      return Promise.resolve({ saved: true, path: null });
    },
    reveal: () => Promise.resolve(),
    blocksWindows: true,
    openExternal: (url) => {
      window.open(url, '_blank', 'noopener,noreferrer');
      return Promise.resolve();
    },
  };
}
