import { join } from 'node:path';
import { story, test } from './story.ts';

test('a file, an invitation, a registration: one application, linked', async ({ page, satu, provider, request }) => {
  test.slow();
  await story({ page, satu, provider, request });
});

// The picture of the README.
test('the story @shots', async ({ page, satu, provider, request }) => {
  test.slow();
  const told: Record<string, string> = {
    file: '1. A file is dropped in: every row is shown before anything is written',
    invitation: '2. One button invites everybody who is new, once, at a decent hour',
    reach: '3. Who was reached, who read it, who registered by her own link',
    linked: '4. She has registered: her account found the application that was there',
  };
  const pictures: string[] = [];
  await page.setViewportSize({ width: 1200, height: 760 });
  await story({ page, satu, provider, request }, async (chapter) => {
    await page.mouse.move(0, 0);
    await page.waitForTimeout(800);
    const picture = (await page.screenshot()).toString('base64');
    pictures.push(`<figure><figcaption>${told[chapter]}</figcaption><img src="data:image/png;base64,${picture}"></figure>`);
  });
  await page.setViewportSize({ width: 1680, height: 1170 });
  await page.goto('about:blank');
  await page.setContent(`<style>
    body { margin: 0; padding: 24px; background: #eef1ef; display: grid; grid-template-columns: 1fr 1fr; gap: 24px; font: 600 19px Inter, "Liberation Sans", sans-serif; }
    figure { margin: 0 } figcaption { padding: 0 4px 10px; color: #123b34 }
    img { width: 100%; border-radius: 10px; box-shadow: 0 4px 18px #0b2b2430; display: block }
  </style>${pictures.join('')}`);
  await page.locator('body').screenshot({ path: join(import.meta.dirname, '../../docs/screenshots/cerita.png') });
});
