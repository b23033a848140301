/** Everybody who works here or did, by name. */
import { api } from '../../api/client';
import type { Member, Problem } from '../../api/types';
import { problemOf } from '../../state/say';
import { session } from '../../state/session.svelte';

export class Members {
  items = $state.raw<Member[]>([]);
  loaded = $state(false);
  problem = $state.raw<Problem | null>(null);

  async load(): Promise<void> {
    try {
      this.items = (await api.members()).items;
      this.loaded = true;
      this.problem = null;
    } catch (why) {
      this.problem = problemOf(why);
    }
  }

  /** Takes what is known of somebody now. */
  put(member: Member): void {
    const others = this.items.filter((one) => one.id !== member.id);
    this.items = [...others, member].sort((a, b) => (a.name < b.name ? -1 : 1));
    // Who changes herself may do other things from now on.
    if (member.id === session.who?.id && member.role !== session.who?.role) void session.start();
    if (member.id === session.who?.id && member.disabled_at) void session.start();
  }
}
