/** One campaign on screen: asked again as long as it is looked at. */
import { api } from '../../api/client';
import { ApiError } from '../../api/transport';
import type { Campaign, Problem } from '../../api/types';
import { problemOf } from '../../state/say';
import { moves } from './campaign';

const POLL_MS = 2_000;
/** Of one that does not move any more the rest is told in its own time: who got it, who read it, who registered, who is to be called. */
const STILL_MS = 15_000;

export class CampaignView {
  readonly id: string;
  one = $state.raw<Campaign | null>(null);
  problem = $state.raw<Problem | null>(null);

  constructor(id: string) {
    this.id = id;
  }

  async load(): Promise<void> {
    this.problem = null;
    try {
      this.one = await api.campaign(this.id);
    } catch (why) {
      this.problem = problemOf(why);
    }
  }

  /** Follows it until the returned function is called. What cannot be asked is asked again. */
  follow(): () => void {
    void this.load();
    const timers = [
      setInterval(() => void this.#again(true), POLL_MS),
      setInterval(() => void this.#again(false), STILL_MS),
    ];
    return () => timers.forEach(clearInterval);
  }

  async #again(moving: boolean): Promise<void> {
    const { one } = this;
    if (document.hidden || !one || moves(one) !== moving) return;
    try {
      const newer = await api.campaign(this.id);
      // Whoever acted meanwhile has a newer one.
      if (this.one === one) this.one = newer;
    } catch (why) {
      if (!(why instanceof ApiError)) throw why;
    }
  }
}
