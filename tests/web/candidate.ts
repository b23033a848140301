// What a candidate does on her telephone, on the page that her link opens.

import { type Browser, type Page, devices } from '@playwright/test';
import { expect, faultless } from './satu.ts';

const { defaultBrowserType: _, ...telephone } = devices['Pixel 7'];
export { telephone };

export const PIN = '482057';

/** She chooses a PIN. */
export async function choosePin(page: Page, pin: string) {
  await page.getByTestId('pin').fill(pin);
  await page.getByTestId('pin-again').fill(pin);
}

/** She fills in who she is and chooses a PIN; nothing is sent yet. */
export async function fillIn(page: Page, who: { name: string; phone: string }) {
  await page.getByTestId('full-name').fill(who.name);
  await page.getByTestId('phone').fill(who.phone);
  await choosePin(page, PIN);
  await page.getByTestId('consent').check();
}

/**
 * On a telephone of her own she opens the link of a message, and registers with a PIN and without a code; its token is gone from the address then. `look`
 * is called when she has filled everything in and has not sent it.
 */
export async function follow(
  browser: Browser,
  link: string,
  who: { name: string; phone: string },
  look: (page: Page) => Promise<void> = async () => {},
) {
  const hers = await browser.newContext({ ...telephone, locale: 'id-ID', timezoneId: 'Asia/Jakarta' });
  try {
    const page = await hers.newPage();
    await faultless(page, async () => {
      await page.goto(link);
      await fillIn(page, who);
      await look(page);
      await page.getByTestId('register').click();
      await expect(page.getByTestId('welcome')).toContainText(who.name);
      const { pathname, hash, search } = new URL(page.url());
      expect([pathname, hash, search]).toEqual(['/daftar', '', '']);
    });
  } finally {
    await hers.close();
  }
}
