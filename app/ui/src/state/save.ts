/** Saves a file of the API and tells where it went. */
import { m } from '../paraglide/messages';
import { platform } from '../platform';
import { sayProblem } from './say';
import { plainName } from '../words/files';
import { toasts } from './toasts.svelte';

/**
 * The name is the same in a browser, where the answer names its file, and in the window, whose dialog is opened with it: the words of `file_…`, in the person’s language,
 * without what a file system does not take.
 */
export async function saveFile(url: string, words: string, ending: 'xlsx' | 'csv' | 'json'): Promise<void> {
  const stem = plainName(words);
  const name = `${stem}.${ending}`;
  const named = `${url}${url.includes('?') ? '&' : '?'}name=${encodeURIComponent(stem)}`;
  try {
    const { saved, path } = await platform.save(named, name);
    if (!saved) return;
    // In a browser the answer names its file, and the browser numbers those of one name: which name it got is not known here.
    if (path === null) toasts.done(m.download_started());
    else
      toasts.done(m.saved_file({ name: path.split(/[\\/]/).pop() ?? name }), {
        label: m.reveal(),
        run: () => void platform.reveal(path),
      });
  } catch (why) {
    sayProblem(why);
  }
}
