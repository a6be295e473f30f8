import { signInToken } from '@shopfloor/sandbox';
import { expect, type Locator, type Page } from '@playwright/test';
import { requiredEnv } from './shop.ts';

/**
 * Presses the button of a preview of a step forward. A busy machine may have spent the budget of the service by then, and
 * releases are frozen: then the step asks, and a second person approves it.
 */
export async function confirmStep(page: Page, dialog: Locator): Promise<void> {
  await expect(
    dialog.getByText('The cluster accepts this change.'),
  ).toBeVisible();
  await expect(
    dialog.getByRole('link', { name: 'See the SLOs and the release policy' }),
  ).toBeVisible();
  const asks = dialog.getByRole('button', { name: /^Ask to send/ });
  if (!(await asks.isVisible())) {
    await dialog.getByRole('button', { name: /^Send/ }).click();
    return;
  }
  await dialog
    .getByRole('textbox', { name: /Reason, for those who decide/ })
    .fill('A journey of the tests');
  await asks.click();
  const href = await page
    .getByRole('link', { name: /^Request for approval: / })
    .first()
    .getAttribute('href');
  const portalUrl = requiredEnv('SHOPFLOOR_TEST_PORTAL_URL');
  const token = await signInToken({ user: 'emil.haddad', portalUrl });
  const headers = { authorization: `Bearer ${token}` };
  const address = `${portalUrl}/api/approvals/requests/${href!.split('/').at(-1)}`;
  const shown = await (await page.request.get(address, { headers })).json();
  const approved = await page.request.post(`${address}/approve`, {
    headers,
    data: {
      stage: 'second-pair-of-eyes',
      contentHash: shown.request.subject.contentHash,
    },
  });
  expect(approved.status(), await approved.text()).toBe(200);
}
