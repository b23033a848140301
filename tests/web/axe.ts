// What axe finds on a screen, as the tests of every screen ask for it.

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './satu.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Each violation as one line: the rule and the elements that break it. */
async function violations(page: Page): Promise<string[]> {
  // A colour that is still fading in is no colour of the design. What turns as long as something loads has no end to be waited for.
  await page.evaluate(() => {
    const ends = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
    return Promise.all(ends.map((one) => one.finished.catch(() => {})));
  });
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

/** Checks what is on screen, under a name; goes on when something is found. */
export const checkOf = (page: Page) => (screen: string) =>
  test.step(screen, async () => expect.soft(await violations(page), screen).toEqual([]));
