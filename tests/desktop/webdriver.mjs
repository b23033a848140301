// A W3C WebDriver client (https://www.w3.org/TR/webdriver2/) of the few commands that the test of the window needs.

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** Waits until `look` gives something truthy; fails with `what` after `seconds`. What `look` throws meanwhile is the cause. */
export async function until(what, look, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  let cause;
  for (;;) {
    try {
      const found = await look();
      if (found) return found;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`, { cause });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export class Session {
  #root;

  /** Starts what the driver at `server` (http://host:port) drives, with these capabilities. */
  static async open(server, capabilities) {
    const session = new Session();
    session.#root = `${server}/session`;
    const { sessionId } = await session.#ask('POST', '', { capabilities: { alwaysMatch: capabilities } });
    session.#root += `/${sessionId}`;
    return session;
  }

  async #ask(method, path, body) {
    const response = await fetch(this.#root + path, {
      method,
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${value?.error}: ${value?.message}`);
    return value;
  }

  /** Ends the session, and with it the application. */
  close = () => this.#ask('DELETE', '');
  open = (url) => this.#ask('POST', '/url', { url });
  title = () => this.#ask('GET', '/title');
  url = () => this.#ask('GET', '/url');
  /** Runs the body of a function in the page; a promise is awaited. */
  run = (body, ...args) => this.#ask('POST', '/execute/sync', { script: body, args });

  async #find(css) {
    return (await this.#ask('POST', '/element', { using: 'css selector', value: css }))[ELEMENT];
  }

  /** The texts of all elements of `css` at this moment, as the page lays them out. (The driver's own command for a text
   * leaves out what is clipped or moved by a transform.) */
  texts = (css) => this.run('return [...document.querySelectorAll(arguments[0])].map((element) => element.innerText)', css);
  /** The text of the first element of `css`, once there is one. */
  text = (css) => until(css, async () => (await this.texts(css)).map((text) => ({ text }))[0]).then(({ text }) => text);
  /** Clicks the first element of `css`, once there is one that takes it. */
  click = (css) => until(`click ${css}`, async () => (await this.#ask('POST', `/element/${await this.#find(css)}/click`, {}), true));
  /** Replaces what is in the field `css`. */
  async fill(css, text) {
    await this.click(css);
    const element = `/element/${await this.#find(css)}`;
    await this.#ask('POST', `${element}/clear`, {});
    await this.#ask('POST', `${element}/value`, { text });
  }

  /** Presses keys where the focus is; names are those of KeyboardEvent.key. */
  async press(...keys) {
    const special = { Enter: '\uE007', Escape: '\uE00C', Tab: '\uE004', ArrowDown: '\uE015', ArrowUp: '\uE013' };
    const actions = keys.flatMap((key) => ['keyDown', 'keyUp'].map((type) => ({ type, value: special[key] ?? key })));
    await this.#ask('POST', '/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }
}
