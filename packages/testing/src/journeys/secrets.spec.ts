import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Browser, type Page } from '@playwright/test';
import { signIn, type SamplePerson } from '../support/portal.ts';

const ASK =
  '/secrets/ask?service=component:default/storefront&owner=component:default/storefront&environment=production&secret=sign-in';

/** A page of its own for each person. */
async function pageOf(
  { browser, baseURL }: { browser: Browser; baseURL: string | undefined },
  person: SamplePerson,
): Promise<Page> {
  const context = await browser.newContext({
    baseURL,
    locale: 'en-GB',
    viewport: { width: 1400, height: 900 },
  });
  const page = await context.newPage();
  await signIn(page, person);
  return page;
}

/** Fills in what the link does not know, and asks. Answers the path of the grant. */
async function ask(page: Page, reason: string): Promise<string> {
  await page.goto(ASK);
  await expect(
    page.getByRole('radio', {
      name: "Client secret at the shop's identity provider",
    }),
  ).toBeChecked();
  await page.getByRole('textbox', { name: 'Reason' }).fill(reason);
  const preview = page.getByRole('region', { name: 'What it would do' });
  await expect(preview.getByText('Written out by the platform')).toBeVisible();
  await page
    .getByRole('button', { name: 'Ask for read of sign-in in Production' })
    .click();
  await expect(page).toHaveURL(/\/secrets\/grants\/[0-9a-f-]{36}$/);
  await expect(
    page.getByText('Waits for the approvals; nothing is in force'),
  ).toBeVisible();
  return new URL(page.url()).pathname;
}

/** Opens the request for approval from the page of the grant, and decides. */
async function decide(
  page: Page,
  options: { grant: string; act: 'Approve' | 'Deny'; comment: string },
): Promise<void> {
  await page.goto(options.grant);
  await page
    .getByRole('link', { name: 'Open the request for approval' })
    .click();
  await expect(page.getByText('What would happen').first()).toBeVisible();
  await page
    .getByRole('textbox', { name: 'Comment', exact: true })
    .fill(options.comment);
  await page
    .getByRole('button', { name: new RegExp(`^${options.act} "`) })
    .click();
  await expect(
    page.getByRole('button', { name: new RegExp(`^${options.act} "`) }),
  ).toHaveCount(0);
}

test('access to a secret is asked for, denied, asked for again, approved by two people, proven, revoked and lost', async ({
  browser,
  baseURL,
}) => {
  test.setTimeout(600_000);
  const at = { browser, baseURL };
  const ada = await pageOf(at, 'ada.okafor');
  const emil = await pageOf(at, 'emil.haddad');
  const dana = await pageOf(at, 'dana.nowak');

  await test.step('asked for, and denied with a comment', async () => {
    const grant = await ask(ada, 'the storefront signs shoppers in');
    await decide(emil, {
      grant,
      act: 'Deny',
      comment: 'say which release needs it',
    });
    await expect(ada.getByText('Denied; nothing was changed')).toBeVisible({
      timeout: 120_000,
    });
    await expect(ada.getByText('“say which release needs it”')).toBeVisible();
  });

  const grant =
    await test.step('asked for again, and approved by two people', async () => {
      const asked = await ask(
        ada,
        'release 2.1 of the storefront signs shoppers in',
      );
      await decide(emil, { grant: asked, act: 'Approve', comment: 'needed' });
      // One of two stages: nothing is in force yet.
      await expect(
        ada.getByText('Waits for the approvals; nothing is in force'),
      ).toBeVisible();
      await decide(dana, {
        grant: asked,
        act: 'Approve',
        comment: 'no more than it needs',
      });
      return asked;
    });

  await test.step('in force, and proven by a job under the account of the service', async () => {
    await expect(ada.getByText(/^In force for /)).toBeVisible({
      timeout: 180_000,
    });
    await expect(
      ada.getByText('Holds: every answer is as expected'),
    ).toBeVisible({ timeout: 180_000 });
    const proof = ada.getByRole('table', { name: 'Proof' });
    await expect(
      proof.getByRole('row', { name: /storefront\/sign-in read allow allow/ }),
    ).toBeVisible();
    // It was asked for what it must not be able to do, too.
    await expect(
      proof.getByRole('row', { name: /deny deny as expected/ }).first(),
    ).toBeVisible();
  });

  await test.step('in the inventory and on the tab of the service', async () => {
    await ada.goto('/secrets?env=production&state=active&service=storefront');
    await expect(
      ada.getByRole('link', { name: 'storefront / sign-in' }).first(),
    ).toBeVisible();
    await ada.goto('/catalog/default/component/storefront/secrets');
    await expect(
      ada
        .getByRole('table', { name: 'What it may use' })
        .getByRole('link', { name: 'storefront / sign-in' })
        .first(),
    ).toBeVisible();
  });

  await test.step('revoked in production with a reason and the name typed', async () => {
    await ada.goto(grant);
    await ada.getByRole('button', { name: 'Revoke', exact: true }).click();
    const dialog = ada.getByRole('dialog');
    await expect(dialog.getByText(/tokens that are in use fail/)).toBeVisible();
    const act = dialog.getByRole('button', {
      name: 'Revoke it in Production now',
    });
    await dialog
      .getByRole('textbox', { name: 'Reason' })
      .fill('the release was taken back');
    await expect(act).toBeDisabled();
    await dialog
      .getByRole('textbox', { name: 'Type storefront to confirm' })
      .fill('storefront');
    await act.click();
    await expect(dialog).not.toBeVisible();
  });

  await test.step('lost: the service is denied everything that the grant let it do', async () => {
    await expect(
      ada.getByText('Taken away; nothing is allowed any more'),
    ).toBeVisible({ timeout: 180_000 });
    await expect(ada.getByText('Gone: everything is denied')).toBeVisible({
      timeout: 180_000,
    });
    await expect(
      ada
        .getByRole('table', { name: 'Proof' })
        .getByRole('row', { name: /storefront\/sign-in read deny deny/ }),
    ).toBeVisible();
    // What was read cannot be unread.
    await ada.goto('/secrets?tab=rotations&env=production');
    await expect(
      ada.getByRole('row', { name: /storefront \/ sign-in/ }).first(),
    ).toBeVisible({ timeout: 120_000 });
  });

  for (const page of [ada, emil, dana]) {
    await test.step('nothing of Vault was left in the browser', async () => {
      const { cookies, origins } = await page.context().storageState();
      const session = await page.evaluate(() =>
        Object.entries(window.sessionStorage),
      );
      const kept = JSON.stringify([cookies, origins, session]);
      // Tokens of Vault: of services, batch and recovery, in today's and the older form.
      expect(kept).not.toMatch(
        /(?<![\w+/%-])(?:hv[sbr]|[sbr])\.[A-Za-z0-9_-]{24,}/,
      );
      expect(kept).not.toContain('client_token');
    });
    await page.context().close();
  }
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });
    for (const path of [
      '/secrets',
      '/secrets?tab=rotations',
      '/secrets?tab=reviews',
      ASK,
      '/catalog/default/component/storefront/secrets',
    ]) {
      test(`${path} has no accessibility violation and fits 360 px`, async ({
        page,
      }) => {
        await signIn(page, 'ada.okafor');
        await page.goto(path);
        await expect(
          page.getByRole('heading', { level: 1 }).first(),
        ).toBeVisible();
        await expect(page.getByRole('progressbar')).toHaveCount(0, {
          timeout: 30_000,
        });
        let violations: string[] = [];
        // A part that is loaded late may take the place of the page while it is looked at.
        await expect(async () => {
          const found = await new AxeBuilder({ page })
            .include('main')
            .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
            .analyze();
          violations = found.violations.map(
            ({ id, nodes }) =>
              `${id}: ${nodes.map(({ target }) => target).join(', ')}`,
          );
        }).toPass({ timeout: 30_000 });
        expect(violations).toEqual([]);
        await page.setViewportSize({ width: 360, height: 780 });
        await expect
          .poll(() =>
            page.evaluate(
              () =>
                document.documentElement.scrollWidth -
                document.documentElement.clientWidth,
            ),
          )
          .toBeLessThanOrEqual(0);
      });
    }
  });
}
