import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EdgeShopper } from '@shopfloor/drills/src/shopper/EdgeShopper.ts';
import {
  KubernetesClient,
  readKubeconfig,
} from '@shopfloor/sandbox/src/kubernetes/index.ts';
import type { Pod } from '@shopfloor/sandbox/src/kubernetes/types.ts';
import { expect, test, type Browser, type Page } from '@playwright/test';
import { signIn, type SamplePerson } from '../support/portal.ts';
import {
  committedRelease,
  deploy,
  patchedRelease,
} from '../support/release.ts';
import { requiredEnv } from '../support/shop.ts';

/** The form for a secret of a service itself. */
function askOf(service: string, secret: string): string {
  return `/secrets/ask?service=component:default/${service}&owner=component:default/${service}&environment=production&secret=${secret}`;
}

const ASK = askOf('messages', 'smtp');
const gateway = new URL(requiredEnv('SHOPFLOOR_TEST_GATEWAY_URL'));
const mailbox = `http://localhost:${
  Number(requiredEnv('SHOPFLOOR_TEST_PORT_BASE')) + 26
}`;

/** Buys something. Answers the number of the order, of which a mail will tell. */
async function buy(): Promise<string> {
  const shopper = new EdgeShopper(`http://127.0.0.1:${gateway.port}`, {
    host: gateway.host,
  });
  const { body: list } = await shopper.get('/api/products?limit=5');
  const { body: product } = await shopper.get(
    `/api/products/${list.items[0].slug}`,
  );
  const { body: cart } = await shopper.createCart();
  await shopper.setLine({ sku: product.variants[0].sku, quantity: 1 });
  const { body: quote } = await shopper.quote(cart.cartId);
  const order = await shopper.place(quote.quoteId);
  expect(order.status, JSON.stringify(order.body)).toBe(201);
  return order.body.orderNumber;
}

async function mailsOf(orderNumber: string): Promise<number> {
  const answer = await fetch(
    `${mailbox}/api/messages?to=sample.shopper@larkfield.example`,
  );
  const { items } = (await answer.json()) as { items: { subject: string }[] };
  return items.filter(({ subject }) => subject.includes(orderNumber)).length;
}

/** The one pod of messages that is not on its way out. */
async function podOfMessages(client: KubernetesClient): Promise<Pod> {
  const { items } = await client.json<{ items: Pod[] }>(
    '/api/v1/namespaces/production/pods',
    { query: { labelSelector: 'app=messages' } },
  );
  const [pod] = items.filter(each => !each.metadata.deletionTimestamp);
  return pod;
}

/** What messages itself says of its readiness, asked as the kubelet asks. */
async function readinessOfMessages(): Promise<{
  status: number;
  checks: Record<string, string>;
}> {
  const groups = JSON.parse(
    readFileSync(
      join(
        requiredEnv('SHOPFLOOR_TEST_STATE'),
        'prometheus/targets/pods-service.json',
      ),
      'utf8',
    ),
  ) as { targets: string[]; labels: Record<string, string> }[];
  const { targets } = groups.find(
    ({ labels }) =>
      labels.service === 'messages' && labels.environment === 'production',
  )!;
  const answer = await fetch(`http://${targets[0]}/health/ready`);
  const { checks } = await answer.json();
  return { status: answer.status, checks };
}

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
      name: 'Account at the mail server',
    }),
  ).toBeChecked();
  await page.getByRole('textbox', { name: 'Reason' }).fill(reason);
  const preview = page.getByRole('region', { name: 'What it would do' });
  await expect(preview.getByText('Written out by the platform')).toBeVisible();
  await page
    .getByRole('button', { name: 'Ask for read of smtp in Production' })
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

test('access to a secret is asked for, denied, asked for again, approved by two people, used by the service, revoked and lost', async ({
  browser,
  baseURL,
}) => {
  test.setTimeout(600_000);
  const at = { browser, baseURL };
  const ivan = await pageOf(at, 'ivan.petrov');
  const emil = await pageOf(at, 'emil.haddad');
  const dana = await pageOf(at, 'dana.nowak');

  await test.step('asked for, and denied with a comment', async () => {
    const grant = await ask(ivan, 'the mail server asks for a password now');
    await decide(emil, {
      grant,
      act: 'Deny',
      comment: 'say which release needs it',
    });
    await expect(ivan.getByText('Denied; nothing was changed')).toBeVisible({
      timeout: 120_000,
    });
    await expect(ivan.getByText('“say which release needs it”')).toBeVisible();
  });

  const grant =
    await test.step('asked for again, and approved by two people', async () => {
      const asked = await ask(
        ivan,
        'release 2.1 of messages signs in at the mail server',
      );
      await decide(emil, { grant: asked, act: 'Approve', comment: 'needed' });
      // One of two stages: nothing is in force yet.
      await expect(
        ivan.getByText('Waits for the approvals; nothing is in force'),
      ).toBeVisible();
      await decide(dana, {
        grant: asked,
        act: 'Approve',
        comment: 'no more than it needs',
      });
      return asked;
    });

  await test.step('in force, and proven by a job under the account of the service', async () => {
    await expect(ivan.getByText(/^In force for /)).toBeVisible({
      timeout: 180_000,
    });
    await expect(
      ivan.getByText('Holds: every answer is as expected'),
    ).toBeVisible({ timeout: 180_000 });
    const proof = ivan.getByRole('table', { name: 'Proof' });
    await expect(
      proof.getByRole('row', { name: /messages\/smtp read allow allow/ }),
    ).toBeVisible();
    // It was asked for what it must not be able to do, too.
    await expect(
      proof.getByRole('row', { name: /deny deny as expected/ }).first(),
    ).toBeVisible();
  });

  await test.step('in the inventory and on the tab of the service', async () => {
    await ivan.goto('/secrets?env=production&state=active&service=messages');
    await expect(
      ivan.getByRole('link', { name: 'messages / smtp' }).first(),
    ).toBeVisible();
    await ivan.goto('/catalog/default/component/messages/secrets');
    await expect(
      ivan
        .getByRole('table', { name: 'What it may use' })
        .getByRole('link', { name: 'messages / smtp' })
        .first(),
    ).toBeVisible();
  });

  const client = new KubernetesClient(
    await readKubeconfig(requiredEnv('SHOPFLOOR_TEST_KUBECONFIG')),
  );
  let late: string;
  try {
    await test.step('used: the service takes the patch that is offered, and sends mail with what its agent wrote', async () => {
      await ivan.goto(grant);
      const patch = await ivan
        .getByLabel('deploy/values-production.yaml.diff', { exact: true })
        .innerText();
      await deploy(client, await patchedRelease('messages', patch));
      const pod = await podOfMessages(client);
      const [service] = pod.spec.containers.filter(
        ({ name }) => name === 'messages',
      );
      expect(service.env).toContainEqual({
        name: 'SMTP_URL_FILE',
        value: '/vault/secrets/smtp/SMTP_URL',
      });
      expect(service.env?.map(({ name }) => name)).not.toContain('SMTP_URL');
      expect((await readinessOfMessages()).status).toBe(200);
      const order = await buy();
      await expect.poll(() => mailsOf(order)).toBeGreaterThanOrEqual(1);
    });

    await test.step('revoked in production with a reason and the name typed', async () => {
      await ivan.goto(grant);
      await ivan.getByRole('button', { name: 'Revoke', exact: true }).click();
      const dialog = ivan.getByRole('dialog');
      await expect(
        dialog.getByText(/tokens that are in use fail/),
      ).toBeVisible();
      const act = dialog.getByRole('button', {
        name: 'Revoke it in Production now',
      });
      await dialog
        .getByRole('textbox', { name: 'Reason' })
        .fill('the release was taken back');
      await expect(act).toBeDisabled();
      await dialog
        .getByRole('textbox', { name: 'Type messages to confirm' })
        .fill('messages');
      await act.click();
      await expect(dialog).not.toBeVisible();
    });

    await test.step('lost: the service is denied everything that the grant let it do', async () => {
      await expect(
        ivan.getByText('Taken away; nothing is allowed any more'),
      ).toBeVisible({ timeout: 180_000 });
      await expect(ivan.getByText('Gone: everything is denied')).toBeVisible({
        timeout: 180_000,
      });
      await expect(
        ivan
          .getByRole('table', { name: 'Proof' })
          .getByRole('row', { name: /messages\/smtp read deny deny/ }),
      ).toBeVisible();
      // What was read cannot be unread.
      await ivan.goto('/secrets?tab=rotations&env=production');
      await expect(
        ivan.getByRole('row', { name: /messages \/ smtp/ }).first(),
      ).toBeVisible({ timeout: 120_000 });
    });

    await test.step('lost by the service: the file is gone, it says so and is not ready, and nothing of its work is lost', async () => {
      await expect
        .poll(async () => (await readinessOfMessages()).status)
        .toBe(503);
      expect((await readinessOfMessages()).checks['secret SMTP_URL']).toContain(
        'lost',
      );
      late = await buy();
      const status = async () =>
        (await podOfMessages(client)).status?.containerStatuses ?? [];
      await expect
        .poll(async () =>
          (await status()).filter(({ ready }) => !ready).map(c => c.name),
        )
        .toEqual(expect.arrayContaining(['messages', 'vault-agent-smtp']));
      expect((await status()).map(c => c.restartCount)).not.toContain(1);
      const { name } = (await podOfMessages(client)).metadata;
      const log = (container: string) =>
        readFileSync(
          join(
            requiredEnv('SHOPFLOOR_TEST_STATE'),
            'pods',
            `production_${name}`,
            `${container}.log`,
          ),
          'utf8',
        );
      expect(log('messages')).toContain('The secret SMTP_URL is lost');
      expect(log('vault-agent-smtp')).toContain(
        'Vault allows nothing at production/data/messages/smtp any more',
      );
      expect(await mailsOf(late)).toBe(0);
    });
  } finally {
    await deploy(client, await committedRelease('messages'));
    await client.close();
  }

  await test.step('well again without the grant: what waited is sent', async () => {
    await expect.poll(() => mailsOf(late)).toBeGreaterThanOrEqual(1);
  });

  for (const page of [ivan, emil, dana]) {
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
