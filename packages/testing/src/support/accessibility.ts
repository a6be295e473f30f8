import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Waits until nothing of the page is being loaded any more. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('progressbar')).toHaveCount(0, {
    timeout: 30_000,
  });
  await expect(page.locator('main').first()).toBeVisible();
}

/** Looks through the page with axe, once it is drawn in these colours. */
export async function hasNoViolationIn(
  page: Page,
  mode: 'light' | 'dark',
): Promise<void> {
  await expect(page.locator(`body[data-theme-mode='${mode}']`)).toBeAttached();
  // Colours that are on their way to others have a contrast that nobody reads.
  await expect
    .poll(() =>
      page.evaluate(
        () =>
          document.getAnimations().filter(one => one instanceof CSSTransition)
            .length,
      ),
    )
    .toBe(0);
  // A part that is loaded late may take the place of the page, or be half drawn, while it is looked at; what is wrong stays.
  await expect(async () => {
    const found = await new AxeBuilder({ page })
      .include('main')
      .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
      .analyze();
    const violations = found.violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(n => n.target).join(', ')}`,
    );
    expect(violations, `in ${mode}`).toEqual([]);
  }).toPass({ timeout: 20_000, intervals: [1000] });
}

/** The page needs no scrolling sideways on a phone. */
export async function fitsPhone(page: Page): Promise<void> {
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
}
