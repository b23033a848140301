/** How many rows wait on the screen *Tinjau*: the number beside its name. */
import { api } from '../api/client';
import { ApiError } from '../api/transport';

class Waiting {
  count = $state(0);

  async refresh(): Promise<void> {
    try {
      this.count = (await api.reviews({})).total ?? 0;
    } catch (why) {
      // The number is a courtesy; the screen itself tells when it cannot load.
      if (!(why instanceof ApiError)) throw why;
    }
  }
}

export const waiting = new Waiting();
