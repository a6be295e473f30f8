import type { ServiceApp } from '@shopfloor/service-kit';
import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { ApiError } from '../domain/ApiError.ts';
import { findTestCard } from '../domain/testCards.ts';
import { renderFieldPage } from '../pages/fieldPage.ts';
import type { RenderedPage } from '../pages/layout.ts';
import {
  renderRedirectPage,
  renderUnknownPage,
  returnAddress,
} from '../pages/redirectPage.ts';
import { languageOf, type Language } from '../pages/texts.ts';
import type { AccountStore } from '../store/AccountStore.ts';
import type { ChargeStore } from '../store/ChargeStore.ts';
import { useApiErrors } from './errors.ts';

/** Options of {@link registerPageRoutes}. */
export interface PageRoutesOptions {
  accounts: AccountStore;
  charges: ChargeStore;
  /** Called after each change, so that webhooks leave at once. */
  onChange: () => void;
  /** Sends the webhooks of a charge and waits for their answers. */
  deliverNow: (chargeId: string) => Promise<void>;
}

const config = { access: 'public' as const };

const closed = { additionalProperties: false };
const params = Type.Object({ id: Type.String({ maxLength: 100 }) });
const language = Type.Optional(Type.Enum(['en', 'zh']));

function languageFor(request: FastifyRequest): Language {
  const { lang } = request.query as { lang?: string };
  return languageOf(lang, request.headers['accept-language']);
}

function show(reply: FastifyReply, page: RenderedPage, status = 200) {
  return reply.code(status).headers(page.headers).send(page.html);
}

/** What a shopper's browser sees: the redirect page and the card field. */
export async function registerPageRoutes(
  root: ServiceApp,
  options: PageRoutesOptions,
): Promise<void> {
  const { accounts, charges, onChange, deliverNow } = options;

  await root.register(async scope => {
    const app = scope as unknown as ServiceApp;
    useApiErrors(app);
    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 1024 },
      (_request, body, done) =>
        done(null, Object.fromEntries(new URLSearchParams(body as string))),
    );

    app.get(
      '/pay/:id',
      {
        config,
        schema: {
          operationId: 'showRedirect',
          summary: 'Page on which a shopper approves or declines',
          tags: ['pages'],
          params,
          querystring: Type.Object({ lang: language }, closed),
        },
      },
      async (request, reply) => {
        const found = await charges.findByRedirect(request.params.id);
        return found
          ? show(
              reply,
              renderRedirectPage(
                found.charge,
                found.accountName,
                languageFor(request),
              ),
            )
          : show(reply, renderUnknownPage(languageFor(request)), 404);
      },
    );

    app.post(
      '/pay/:id',
      {
        config,
        schema: {
          operationId: 'answerRedirect',
          summary: 'The shopper’s answer',
          tags: ['pages'],
          params,
          body: Type.Object(
            { answer: Type.Enum(['approve', 'decline']) },
            closed,
          ),
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const answered = await charges.answerRedirect(
          id,
          request.body.answer === 'approve',
        );
        const found = await charges.findByRedirect(id);
        if (!found) {
          return show(reply, renderUnknownPage(languageFor(request)), 404);
        }
        const { charge, accountName } = found;
        if (answered) {
          const account = await accounts.find(charge.account_id);
          if (account?.misbehaviour.webhook_before_redirect) {
            await deliverNow(charge.id);
          }
          onChange();
        }
        const back = returnAddress(charge);
        return answered && back
          ? reply.header('cache-control', 'no-store').redirect(back, 303)
          : show(
              reply,
              renderRedirectPage(charge, accountName, languageFor(request)),
            );
      },
    );

    app.get(
      '/fields/card',
      {
        config,
        schema: {
          operationId: 'showCardField',
          summary: 'Field that turns a test card into a token',
          tags: ['pages'],
          querystring: Type.Object(
            {
              account: Type.String({ minLength: 1, maxLength: 100 }),
              origin: Type.Optional(Type.String({ maxLength: 300 })),
              lang: language,
            },
            closed,
          ),
        },
      },
      async (request, reply) => {
        const { origin } = request.query;
        const account = await accounts.findByPublishableKey(
          request.query.account,
        );
        const known =
          account &&
          (origin === undefined || account.allowed_origins.includes(origin));
        return known
          ? show(
              reply,
              renderFieldPage({
                account,
                origin,
                language: languageFor(request),
              }),
            )
          : show(reply, renderUnknownPage(languageFor(request)), 404);
      },
    );

    app.post(
      '/fields/tokens',
      {
        config,
        schema: {
          operationId: 'createToken',
          summary: 'Turn a test card into a token that can be charged once',
          tags: ['pages'],
          body: Type.Object(
            {
              publishable_key: Type.String({ minLength: 1, maxLength: 100 }),
              number: Type.String({ minLength: 1, maxLength: 40 }),
              expiry: Type.String({ pattern: '^(0[1-9]|1[0-2])/\\d\\d$' }),
            },
            closed,
          ),
          response: {
            201: Type.Object({
              id: Type.String(),
              object: Type.Literal('token'),
              card: Type.Object({
                brand: Type.String(),
                last4: Type.String(),
              }),
            }),
          },
        },
      },
      async (request, reply) => {
        const account = await accounts.findByPublishableKey(
          request.body.publishable_key,
        );
        if (!account) {
          throw new ApiError({
            status: 401,
            type: 'authentication_error',
            code: 'publishable_key_invalid',
            message: 'publishable_key is not known.',
            param: 'publishable_key',
          });
        }
        const card = findTestCard(request.body.number);
        if (!card) {
          throw new ApiError({
            status: 400,
            type: 'card_error',
            code: 'card_not_a_test_card',
            message: 'Only test card numbers are accepted here.',
            param: 'number',
          });
        }
        const id = `tok_${randomBytes(16).toString('hex')}`;
        await accounts.saveToken(account.id, id, card);
        reply.code(201).header('cache-control', 'no-store');
        return {
          id,
          object: 'token' as const,
          card: { brand: card.brand, last4: card.last4 },
        };
      },
    );
  });
}
