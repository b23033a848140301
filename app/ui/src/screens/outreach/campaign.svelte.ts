/** One campaign on screen: asked again while it moves. */
import { api } from '../../api/client';
import { ApiError } from '../../api/transport';
import type { Campaign, Problem } from '../../api/types';
import { problemOf } from '../../state/say';
import { moves } from './campaign';

const POLL_MS = 2_000;

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
    const timer = setInterval(() => {
      if (document.hidden || !this.one || !moves(this.one)) return;
      api.campaign(this.id).then(
        (newer) => {
          this.one = newer;
        },
        (why: unknown) => {
          if (!(why instanceof ApiError)) throw why;
        },
      );
    }, POLL_MS);
    return () => clearInterval(timer);
  }
}
