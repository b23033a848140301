import { join } from 'node:path';
import { story, test } from './story.ts';

test('a file, an invitation, a registration: one application, linked', async ({ page, browser, satu, provider, request }) => {
  test.slow();
  await story({ page, browser, satu, provider, request });
});

// The picture of the README.
test('the story @shots', async ({ page, browser, satu, provider, request }) => {
  test.slow();
  const told: Record<string, string> = {
    file: '1. A file is dropped in: every row is shown before anything is written',
    invitation: '2. One button invites everybody who is new, once, at a decent hour',
    registering: '3. She opens her own link and chooses a PIN',
    reach: '4. Who was reached, who read it, who registered by her own link',
    linked: '5. Her account found the application that was already there',
  };
  const pictures: string[] = [];
  await page.setViewportSize({ width: 1200, height: 760 });
  await story({ page, browser, satu, provider, request }, async (chapter, shown) => {
    await shown.mouse.move(0, 0);
    await shown.waitForTimeout(800);
    const picture = (await shown.screenshot()).toString('base64');
    pictures.push(`<figure class="${chapter}"><figcaption>${told[chapter]}</figcaption><img src="data:image/png;base64,${picture}"></figure>`);
  });
  await page.setViewportSize({ width: 2060, height: 1080 });
  await page.goto('about:blank');
  await page.setContent(`<style>
    body { margin: 0; padding: 24px; background: #eef1ef; display: grid; grid-template-columns: 1fr 1fr 0.65fr; gap: 24px; align-content: start; font: 600 19px Inter, "Liberation Sans", sans-serif; }
    figure { margin: 0 } .registering { grid-area: 1 / 3 / 3 / 4 } figcaption { padding: 0 4px 10px; color: #123b34 }
    img { width: 100%; border-radius: 10px; box-shadow: 0 4px 18px #0b2b2430; display: block }
  </style>${pictures.join('')}`);
  await page.locator('body').screenshot({ path: join(import.meta.dirname, '../../docs/screenshots/cerita.png') });
});
