/** What happens to files, however they came: they are sent, and the first that opens is shown. */
import { router } from '../../state/router.svelte';
import { imports } from '../../state/imports.svelte';
import { sayProblem } from '../../state/say';
import { platform, type PickedFile } from '../../platform';
import type { Import } from '../../api/types';

/** Shows the first import of a batch of files; the others wait in their tabs. */
function showFirst(): (next: Import) => void {
  let shown = false;
  return (next) => {
    if (shown) return;
    shown = true;
    router.go('impor', next.id);
  };
}

export async function receive(files: PickedFile[]): Promise<void> {
  if (files.length === 0) return;
  if (router.route.screen !== 'impor' || router.route.id) router.go('impor');
  await imports.send(files, showFirst());
}

export async function pick(): Promise<void> {
  try {
    await receive(await platform.pickFiles());
  } catch (why) {
    sayProblem(why);
  }
}

export const receiveSample = (name: string, title: string): Promise<void> =>
  imports.sendSample(name, title, showFirst());
