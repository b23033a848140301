/** The route on screen, as state. */
import { href, parse, type Route, type Screen } from './route';

export { href, SCREENS, type Route, type Screen } from './route';

class Router {
  #route = $state<Route>(parse(window.location.hash));

  constructor() {
    window.addEventListener('hashchange', () => (this.#route = parse(window.location.hash)));
  }

  get route(): Route {
    return this.#route;
  }

  go(screen: Screen, id?: string | null, query: Record<string, string> = {}): void {
    window.location.hash = href(screen, id, query);
    this.#route = parse(window.location.hash);
  }

  /** Like `go`, without a step in the history: for filters that change as one types. */
  replace(screen: Screen, id?: string | null, query: Record<string, string> = {}): void {
    history.replaceState(null, '', href(screen, id, query));
    this.#route = parse(window.location.hash);
  }
}

export const router = new Router();
