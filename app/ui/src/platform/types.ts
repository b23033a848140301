/**
 * Everything that Satu may ask of the host it runs in, and nothing more.
 *
 * The app is one page in two shells: a browser talking to `satu serve`, and a desktop window whose backend lives in the
 * same process. What differs between them stands behind this interface, so that no screen knows where it runs, and the
 * whole surface that the desktop must guard can be read here. Only this folder may import `@tauri-apps/*`.
 */
import type { UploadParams } from '../api/types';

/** A file that a person chose or dropped. Its bytes stay with the host until `upload`. */
export interface PickedFile {
  readonly name: string;
  /** Bytes; null where the host does not say before reading. */
  readonly size: number | null;
  /** What the host needs to find the file again; opaque to the app. */
  readonly source: { kind: 'browser'; file: File } | { kind: 'path'; path: string };
}

export type DropEvent = { type: 'enter' } | { type: 'leave' } | { type: 'drop'; files: PickedFile[] };

export interface TeamChoice {
  /** The address of the team's server that is shown; null: this machine's own data. */
  current(): Promise<string | null>;
  /** Goes to a team's server, or back (null), and loads the page anew. Rejects with a problem where no Satu answers. */
  use(address: string | null): Promise<void>;
}

export interface Platform {
  readonly shell: 'web' | 'desktop';
  /** What stands before `/v1`: empty in a browser, the desktop's own scheme in the window. */
  readonly apiBase: string;
  /** Carries one request of the API. */
  fetch(request: Request): Promise<Response>;
  /** Whether the host holds on to the token of a session. In a browser a cookie does, which no script reads. */
  readonly keepsToken: boolean;
  /** Gives the host the token to show with every request from now on; null: none. The desktop keeps it in the system's keyring. */
  keepToken(token: string | null): Promise<void>;
  /** The choice between this machine's data and a team's server; null in a browser, which has none. */
  readonly team: TeamChoice | null;
  /** Asks the person for files; empty when they changed their mind. */
  pickFiles(): Promise<PickedFile[]>;
  /** Tells of files that are dragged over the window or dropped on it; returns how to stop listening. */
  onDrop(tell: (event: DropEvent) => void): () => void;
  /**
   * Sends one file to `POST /v1/imports` under an `Idempotency-Key` and gives that route's answer. On the desktop Rust reads the path
   * itself.
   */
  upload(file: PickedFile, params: UploadParams, key: string): Promise<Response>;
  /** Saves what `GET url` answers. Gives where it went: a path on the desktop, null in a browser or when cancelled. */
  save(url: string, suggestedName: string): Promise<{ saved: boolean; path: string | null }>;
  /** Shows a saved file in the file manager. Does nothing in a browser. */
  reveal(path: string): Promise<void>;
  /** Whether a window that was asked for may fail to come without a word: a browser blocks what it takes for a pop-up. */
  readonly blocksWindows: boolean;
  /** Opens an `http(s)` link outside of the app. */
  openExternal(url: string): Promise<void>;
}
