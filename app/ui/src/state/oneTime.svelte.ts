/** A password that was made for somebody: on screen until it is closed, wherever one goes meanwhile, since it cannot be had again. */
import type { Member, Welcome } from '../api/types';
import { session } from './session.svelte';

class OneTime {
  shown = $state.raw<Welcome | null>(null);

  /** Shows what is answered. Whoever asked may be signed out by it: the owner, or she who resets her own. */
  async tell(ask: () => Promise<Welcome>): Promise<Member> {
    session.hold();
    try {
      this.shown = await ask();
      return this.shown.member;
    } catch (why) {
      session.release();
      throw why;
    }
  }

  close(): void {
    const member = this.shown?.member;
    this.shown = null;
    session.release(session.isOwner ? member : undefined);
    if (member && member.id === session.who?.id) void session.start();
  }
}

export const oneTime = new OneTime();
