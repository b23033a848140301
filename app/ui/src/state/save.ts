/** Saves a file of the API and tells where it went. */
import { m } from '../paraglide/messages';
import { platform } from '../platform';
import { sayProblem } from './say';
import { toasts } from './toasts.svelte';

export async function saveFile(url: string, name: string): Promise<void> {
  try {
    const { saved, path } = await platform.save(url, name);
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
