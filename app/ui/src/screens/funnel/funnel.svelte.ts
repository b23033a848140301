/** The funnel under one filter. What is asked anew calls off what was asked before. */
import { api } from '../../api/client';
import type { Funnel, FunnelFilter, Problem } from '../../api/types';
import { problemOf } from '../../state/say';

export class Funnels {
  whole = $state.raw<Funnel | null>(null);
  /** What `whole` is the answer to. */
  filter = $state.raw<FunnelFilter>({});
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);
  /** Every portal that anybody was seen to come through. */
  portals = $state.raw<readonly string[]>([]);
  #asking: AbortController | null = null;

  async ask(filter: FunnelFilter): Promise<void> {
    this.stop();
    const asking = new AbortController();
    this.#asking = asking;
    this.busy = true;
    this.problem = null;
    try {
      const whole = await api.funnel(filter, asking.signal);
      if (asking !== this.#asking) return;
      this.whole = whole;
      this.filter = filter;
      this.portals = [...new Set([...this.portals, ...whole.portals.map((one) => one.portal)])];
    } catch (why) {
      if (asking === this.#asking) this.problem = problemOf(why);
    } finally {
      if (asking === this.#asking) this.busy = false;
    }
  }

  /** Calls off what is asked, if anything is. */
  stop(): void {
    this.#asking?.abort();
    this.#asking = null;
    this.busy = false;
  }
}
