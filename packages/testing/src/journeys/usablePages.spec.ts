import { test as base, expect, type BrowserContext } from '@playwright/test';
import {
  fitsPhone,
  hasNoViolationIn,
  settled,
} from '../support/accessibility.ts';
import { signIn, type SamplePerson } from '../support/portal.ts';

/** Pages that are only looked at share one sign-in of each person; each test has a page of its own. */
const test = base.extend<
  object,
  { signedIn(person: SamplePerson): Promise<BrowserContext> }
>({
  signedIn: [
    async ({ browser }, use, { project }) => {
      const { baseURL, locale, viewport } = project.use;
      const contexts = new Map<SamplePerson, BrowserContext>();
      await use(async person => {
        const known = contexts.get(person);
        if (known) return known;
        const context = await browser.newContext({ baseURL, locale, viewport });
        contexts.set(person, context);
        const page = await context.newPage();
        await signIn(page, person);
        await page.close();
        return context;
      });
      await Promise.all([...contexts.values()].map(each => each.close()));
    },
    { scope: 'worker' },
  ],
});

const PAGES: Readonly<Partial<Record<SamplePerson, readonly string[]>>> = {
  'ben.lindqvist': [
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
  ],
  'ada.okafor': [
    '/secrets',
    '/secrets?tab=rotations',
    '/secrets?tab=reviews',
    '/secrets/ask?service=component:default/messages&owner=component:default/messages&environment=production&secret=smtp',
    '/catalog/default/component/storefront/secrets',
  ],
};

for (const [person, paths] of Object.entries(PAGES)) {
  for (const path of paths) {
    test(`${path} has no accessibility violation in light and in dark, and fits 360 px`, async ({
      signedIn,
    }) => {
      const context = await signedIn(person as SamplePerson);
      const page = await context.newPage();
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(path);
      await expect(
        page.getByRole('heading', { level: 1 }).first(),
      ).toBeVisible();
      await settled(page);
      await hasNoViolationIn(page, 'light');
      // The theme follows the system at once, as it does for a person at nightfall.
      await page.emulateMedia({ colorScheme: 'dark' });
      await hasNoViolationIn(page, 'dark');
      await fitsPhone(page);
      await page.close();
    });
  }
}
