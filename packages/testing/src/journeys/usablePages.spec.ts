import { test as base, expect, type BrowserContext } from '@playwright/test';
import {
  fitsPhone,
  hasNoViolationIn,
  settled,
} from '../support/accessibility.ts';
import { signIn } from '../support/portal.ts';

/** Pages that are only read share one sign-in; each test has a page of its own. */
const test = base.extend<object, { signedIn: BrowserContext }>({
  signedIn: [
    async ({ browser }, use, { project }) => {
      const { baseURL, locale, viewport } = project.use;
      const context = await browser.newContext({ baseURL, locale, viewport });
      const page = await context.newPage();
      await signIn(page, 'ben.lindqvist');
      await page.close();
      await use(context);
      await context.close();
    },
    { scope: 'worker' },
  ],
  page: async ({ signedIn }, use) => {
    const page = await signedIn.newPage();
    await use(page);
    await page.close();
  },
});

for (const path of [
  '/',
  '/catalog/default/component/products',
  '/catalog/default/component/products/slos',
  '/catalog/default/component/products/traffic',
  '/catalog/default/component/products/scorecard',
  '/catalog/default/component/products/changes',
  '/slos',
  '/slos?tab=teams',
  '/traffic',
  '/changes',
  '/changes?view=incidents',
  '/scorecards',
  '/approvals',
  '/audit',
  '/status',
]) {
  test(`${path} has no accessibility violation in light and in dark, and fits 360 px`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await settled(page);
    await hasNoViolationIn(page, 'light');
    // The theme follows the system at once, as it does for a person at nightfall.
    await page.emulateMedia({ colorScheme: 'dark' });
    await hasNoViolationIn(page, 'dark');
    await fitsPhone(page);
  });
}
