/** The applicants who were ticked in the list, kept while somebody goes from there to the invitation and back. */
import { SvelteSet } from 'svelte/reactivity';

class Chosen {
  readonly ids = new SvelteSet<string>();

  set(id: string, on: boolean): void {
    if (on) this.ids.add(id);
    else this.ids.delete(id);
  }

  clear(): void {
    this.ids.clear();
  }
}

export const chosen = new Chosen();
