import type { Database, ServiceApp, Statement } from '@shopfloor/service-kit';
import { randomBytes, randomUUID } from 'node:crypto';
import Type from 'typebox';
import type { WebhookSender } from '../background/WebhookSender.ts';
import { ApiError } from '../domain/ApiError.ts';
import type { ChargeService } from '../domain/ChargeService.ts';
import { PROFILES } from '../domain/types.ts';
import type { AccountStore } from '../store/AccountStore.ts';
import type { ChargeStore } from '../store/ChargeStore.ts';
import type { DeliveryStore } from '../store/DeliveryStore.ts';
import { hashKey, type KnownAccounts } from './KnownAccounts.ts';
import { useApiErrors } from './errors.ts';
import { accountResource, chargeResource } from './resources.ts';

/** Options of {@link registerControlRoutes}. */
export interface ControlRoutesOptions {
  database: Database;
  accounts: AccountStore;
  /** Told of each change of an account. */
  known: KnownAccounts;
  charges: ChargeStore;
  deliveries: DeliveryStore;
  service: ChargeService;
  sender: WebhookSender;
  onChange: () => void;
}

/** Moves the ends of a charge's authorisation and redirect. */
const age: Statement = {
  name: 'age_charge',
  text: `update charges set authorization_expires_at = authorization_expires_at - make_interval(secs => $3),
      action_expires_at = action_expires_at - make_interval(secs => $3)
    where account_id = $1 and id = $2`,
};

/** Lets a movement disappear, or changes its amount: what a reconciliation has to find. */
const forget: Statement = {
  name: 'forget_part',
  text: `
    with part as (delete from parts where id = $1 and kind = 'capture' returning charge_id, amount),
    posting as (delete from postings where object_id = $1),
    key as (delete from idempotency_keys where object_id = $1)
    update charges c set captured = c.captured - part.amount, status = 'authorized', version = c.version + 1
    from part where c.id = part.charge_id returning c.id`,
};

const falsify: Statement = {
  name: 'falsify_part',
  text: `
    with part as (update parts set amount = $2 where id = $1 returning charge_id),
    posting as (update postings set amount = $2 where object_id = $1)
    update charges c set version = c.version + 1 from part where c.id = part.charge_id returning c.id`,
};

const config = { access: 'public' as const };

const closed = { additionalProperties: false };
const capabilities = Type.Partial(
  Type.Object({
    multicapture: Type.Boolean(),
    partial_capture: Type.Boolean(),
    reauthorize: Type.Boolean(),
    redirect: Type.Boolean(),
    disputes: Type.Boolean(),
    max_authorization_age_seconds: Type.Integer({ minimum: 1 }),
  }),
  closed,
);
const whole = Type.Integer({ minimum: 0, maximum: 600_000 });
const misbehaviour = Type.Partial(
  Type.Object({
    latency_ms: whole,
    api: Type.Enum(['normal', 'cut_before', 'cut_after', 'error']),
    webhook_delay_ms: whole,
    webhook_copies: Type.Integer({ minimum: 0, maximum: 20 }),
    webhook_reverse_ms: whole,
    webhook_before_redirect: Type.Boolean(),
    webhook_paused: Type.Boolean(),
    short_authorization_seconds: whole,
    dispute_after_ms: whole,
    timeout_ms: whole,
  }),
  closed,
);
const accountParams = Type.Object({ account: Type.String() });
const chargeParams = Type.Object({
  account: Type.String(),
  charge: Type.String(),
});

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) {
    throw new ApiError({
      status: 404,
      code: 'not_found',
      message: `There is no such ${what}.`,
    });
  }
  return value;
}

/** What tests and drills use to make accounts, let them misbehave, and change what is stored. Never there when hardened. */
export async function registerControlRoutes(
  root: ServiceApp,
  options: ControlRoutesOptions,
): Promise<void> {
  const {
    database,
    accounts,
    known,
    charges,
    deliveries,
    service,
    sender,
    onChange,
  } = options;
  await root.register(
    async scope => {
      const app = scope as unknown as ServiceApp;
      useApiErrors(app);
      app.addHook('onRoute', route => {
        route.schema = { ...route.schema, hide: true };
      });

      app.post(
        '/accounts',
        {
          config,
          schema: {
            body: Type.Object(
              {
                name: Type.String({ minLength: 1, maxLength: 100 }),
                profile: Type.Enum(['full', 'single_capture'], {
                  default: 'full',
                }),
                capabilities: Type.Optional(capabilities),
                webhook_url: Type.Optional(Type.String({ format: 'uri' })),
                allowed_origins: Type.Array(Type.String(), { default: [] }),
              },
              closed,
            ),
          },
        },
        async (request, reply) => {
          const { body } = request;
          const id = `acct_${randomUUID().replaceAll('-', '')}`;
          const secretKey = `sk_test_${randomBytes(24).toString('hex')}`;
          const publishableKey = `pk_test_${randomBytes(12).toString('hex')}`;
          const webhookSecret = `whsec_${randomBytes(24).toString('hex')}`;
          await accounts.save({
            id,
            name: body.name,
            secretKeyHash: hashKey(secretKey),
            publishableKey,
            webhookUrl: body.webhook_url,
            webhookSecret,
            allowedOrigins: body.allowed_origins,
            capabilities: { ...PROFILES[body.profile], ...body.capabilities },
          });
          reply.code(201);
          return {
            id,
            secret_key: secretKey,
            publishable_key: publishableKey,
            webhook_secret: webhookSecret,
          };
        },
      );

      app.patch(
        '/accounts/:account',
        {
          config,
          schema: {
            params: accountParams,
            body: Type.Object(
              {
                misbehaviour: Type.Optional(misbehaviour),
                capabilities: Type.Optional(capabilities),
                webhook_url: Type.Optional(Type.String({ format: 'uri' })),
              },
              closed,
            ),
          },
        },
        async request => {
          const account = await accounts.change(request.params.account, {
            misbehaviour: request.body.misbehaviour ?? {},
            capabilities: request.body.capabilities ?? {},
            webhookUrl: request.body.webhook_url,
          });
          known.forget();
          onChange();
          const changed = found(account, 'account');
          return {
            ...accountResource(changed),
            misbehaviour: changed.misbehaviour,
          };
        },
      );

      app.get(
        '/accounts/:account/charges/:charge/events',
        { config, schema: { params: chargeParams } },
        async request => ({
          data: (
            await charges.events(request.params.account, request.params.charge)
          ).map(body => JSON.parse(body)),
        }),
      );

      app.post(
        '/accounts/:account/charges/:charge/replays',
        { config, schema: { params: chargeParams } },
        async request => ({
          statuses: await sender.replay(
            request.params.account,
            request.params.charge,
          ),
        }),
      );

      app.post(
        '/accounts/:account/charges/:charge/repeats',
        { config, schema: { params: chargeParams } },
        async request => {
          await deliveries.again(request.params.account, request.params.charge);
          await sender.deliverNow(request.params.charge);
          return {};
        },
      );

      app.post(
        '/accounts/:account/charges/:charge/ages',
        {
          config,
          schema: {
            params: chargeParams,
            body: Type.Object({ seconds: Type.Integer() }, closed),
          },
        },
        async request => {
          const { account, charge } = request.params;
          await database.query(age, [account, charge, request.body.seconds]);
          onChange();
          return {};
        },
      );

      app.post(
        '/accounts/:account/charges/:charge/planted',
        {
          config,
          schema: {
            params: chargeParams,
            body: Type.Object(
              {
                kind: Type.Enum(['capture', 'refund']),
                amount: Type.String(),
              },
              closed,
            ),
          },
        },
        async request => {
          const account = found(
            await accounts.find(request.params.account),
            'account',
          );
          const { kind, amount } = request.body;
          const part = { charge: request.params.charge, amount };
          const key = `planted-${randomUUID()}`;
          const { value } =
            kind === 'capture'
              ? await service.capture(account, key, { ...part, final: false })
              : await service.refund(account, key, part);
          return {
            charge: chargeResource(value.charge, ''),
            id: value.part.id,
          };
        },
      );

      app.delete(
        '/parts/:part',
        { config, schema: { params: Type.Object({ part: Type.String() }) } },
        async request => {
          const [row] = await database.query<{ id: string }>(forget, [
            request.params.part,
          ]);
          return { charge: found(row, 'capture').id };
        },
      );

      app.patch(
        '/parts/:part',
        {
          config,
          schema: {
            params: Type.Object({ part: Type.String() }),
            body: Type.Object(
              { minor_units: Type.Integer({ minimum: 1 }) },
              closed,
            ),
          },
        },
        async request => {
          const [row] = await database.query<{ id: string }>(falsify, [
            request.params.part,
            request.body.minor_units,
          ]);
          return { charge: found(row, 'part').id };
        },
      );

      app.post(
        '/disputes/:dispute/resolutions',
        {
          config,
          schema: {
            params: Type.Object({ dispute: Type.String() }),
            body: Type.Object({ outcome: Type.Enum(['won', 'lost']) }, closed),
          },
        },
        async request => {
          const resolved = found(
            await charges.resolveDispute(
              request.params.dispute,
              request.body.outcome,
            ),
            'open dispute',
          );
          onChange();
          return { charge: resolved.chargeId };
        },
      );
    },
    { prefix: '/control' },
  );
}
