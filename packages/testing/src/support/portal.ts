import { expect, type Page } from '@playwright/test';

/** People of the sample company, as the OpenID provider lists them. */
export type SamplePerson =
  | 'ada.okafor'
  | 'ben.lindqvist'
  | 'chen.wei'
  | 'dana.nowak'
  | 'emil.haddad'
  | 'ivan.petrov';

/** Signs in as a person does: the button, the provider's window, a choice of who one is. */
export async function signIn(page: Page, person: SamplePerson): Promise<void> {
  await page.goto('/');
  const button = page.getByRole('button', { name: 'Sign in' });
  await expect(button).toBeEnabled();
  const [popup] = await Promise.all([
    page.waitForEvent('popup'),
    button.click(),
  ]);
  await popup.locator(`button[name="user"][value="${person}"]`).click();
  await expect(page.getByRole('link', { name: 'Settings' })).toBeVisible();
}

/** The page of the products service, on one of its tabs. */
export async function openProducts(
  page: Page,
  tab: '' | 'slos' | 'traffic' | 'kubernetes' | 'apis' | 'docs' = '',
  query = '',
): Promise<void> {
  await page.goto(`/catalog/default/component/products/${tab}${query}`);
}
