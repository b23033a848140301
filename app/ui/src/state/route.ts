/** Where the person is: a hash such as `#/pelamar/0192…?portal=glints`. The back button works; nothing is fetched. */

export type Screen =
  'impor' | 'tinjau' | 'pelamar' | 'undang' | 'papan' | 'corong' | 'riwayat' | 'tim' | 'akun';
export const SCREENS: readonly Screen[] = [
  'impor',
  'tinjau',
  'pelamar',
  'undang',
  'papan',
  'corong',
  'riwayat',
  'tim',
  'akun',
];

export interface Route {
  screen: Screen;
  id: string | null;
  query: Readonly<Record<string, string>>;
}

const isScreen = (word: string | undefined): word is Screen => SCREENS.some((screen) => screen === word);

export function parse(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [screen, id] = path.split('/');
  return {
    screen: isScreen(screen) ? screen : 'impor',
    id: id ? decodeURIComponent(id) : null,
    query: Object.fromEntries(new URLSearchParams(search)),
  };
}

export function href(screen: Screen, id?: string | null, query: Record<string, string> = {}): string {
  const search = new URLSearchParams(Object.entries(query).filter(([, v]) => v !== '')).toString();
  return `#/${screen}${id ? `/${encodeURIComponent(id)}` : ''}${search ? `?${search}` : ''}`;
}
