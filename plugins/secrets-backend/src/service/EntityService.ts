import { LoggerService } from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import { stringifyError } from '@backstage/errors';
import {
  AskableSecrets,
  DeclaredSecret,
  EntitySecrets,
  longestGrantSeconds,
  referenceOf,
  rotationBySchedule,
  secretGrantCreatePermission,
  secretGrantReadPermission,
  secretGrantRenewPermission,
  SecretMetadata,
  SecretsEnvironment,
} from '@shopfloor/plugin-secrets-common';
import { GrantAccess, narrowing, UserCredentials } from '../access/GrantAccess';
import { answer } from '../answer';
import { SecretsConfig } from '../config';
import { GrantEngine } from '../engine/GrantEngine';
import { EntityDirectory, ownersOf } from '../people/EntityDirectory';
import {
  DeclarationStore,
  StoredDeclarations,
} from '../store/DeclarationStore';
import { GrantQueries } from '../store/GrantQueries';
import { summaryOf } from '../store/grantRow';
import { Presenter } from './Presenter';
import { Previewer } from './Previewer';

/** What {@link EntityService} needs. */
export interface EntityServiceOptions {
  access: GrantAccess;
  config: SecretsConfig;
  declarations: DeclarationStore;
  directory: EntityDirectory;
  engine: GrantEngine;
  logger: LoggerService;
  presenter: Presenter;
  previewer: Previewer;
  queries: GrantQueries;
}

/** What there is for a service: its secrets, those it may ask for, and grants of both. */
export class EntityService {
  readonly #options: EntityServiceOptions;

  constructor(options: EntityServiceOptions) {
    this.#options = options;
  }

  /** @throws NotAllowedError */
  async environments(
    credentials: UserCredentials,
  ): Promise<SecretsEnvironment[]> {
    const { access, config, engine } = this.#options;
    await access.require(secretGrantCreatePermission, credentials);
    return Promise.all(
      config.environments.map(async ({ environment, freeForm }) => ({
        name: environment.name,
        title: environment.title,
        production: environment.production,
        namespace: environment.namespace,
        vault: await engine.health(environment.name),
        freeForm,
      })),
    );
  }

  /** @throws NotFoundError, also when the person may not see the entity */
  async secretsOf(
    target: { entityRef: string; environment: string },
    credentials: UserCredentials,
  ): Promise<EntitySecrets> {
    const { access, declarations, directory, engine, previewer, queries } =
      this.#options;
    const { entityRef, environment } = target;
    await access.require(secretGrantCreatePermission, credentials);
    previewer.environment(environment);
    const entity = await directory.visible(entityRef, credentials);
    if (!entity) {
      throw answer('entity-unknown', { entityRef });
    }
    const [person, vault, declared, naming, readable] = await Promise.all([
      directory.person(credentials),
      engine.health(environment),
      declarations.get(entityRef),
      declarations.naming(entity.metadata.name.toLocaleLowerCase('en-US')),
      access.criteria(secretGrantReadPermission, credentials),
    ]);
    const owners = ownersOf(entity);
    const mayAsk = await access.mayOn(
      secretGrantRenewPermission,
      { environment, subjectOwners: owners, secretOwners: [] },
      credentials,
    );
    const mayRead = await access.mayOn(
      secretGrantReadPermission,
      { environment, subjectOwners: owners, secretOwners: owners },
      credentials,
    );
    const paths =
      mayRead && vault.status === 'ready'
        ? await this.#metadata(environment, entityRef)
        : undefined;
    const narrowed = narrowing(readable);
    const [held, given] = await Promise.all(
      (['subject_ref', 'owner_ref'] as const).map(column =>
        queries.ofService({
          readable: narrowed,
          column,
          entityRef,
          environment,
        }),
      ),
    );
    return {
      entityRef,
      environment,
      vault,
      ...(declared?.url && { file: declared.url }),
      declared: declared
        ? await this.#declared(declared, environment, paths)
        : [],
      problems: declared?.problems ?? [],
      ...(paths && { paths }),
      ofOthers: await this.#ofOthers(naming, entity, environment, credentials),
      held: held.map(summaryOf),
      given: given.map(summaryOf),
      mayAsk,
      ...(!mayAsk && { whyNot: whyNot(owners) }),
      mayAskForSelf: await access.mayOn(
        secretGrantRenewPermission,
        { environment, subjectOwners: [person.ref], secretOwners: owners },
        credentials,
      ),
    };
  }

  async #ofOthers(
    naming: StoredDeclarations[],
    entity: Entity,
    environment: string,
    credentials: UserCredentials,
  ): Promise<AskableSecrets[]> {
    const { directory } = this.#options;
    const reader = entity.metadata.name.toLocaleLowerCase('en-US');
    const shown: AskableSecrets[] = [];
    for (const declared of naming) {
      if (await directory.visible(declared.entityRef, credentials)) {
        shown.push({
          owner: declared.entityRef,
          title: declared.title,
          secrets: await this.#declared(
            {
              ...declared,
              secrets: declared.secrets.filter(({ readers }) =>
                readers.includes(reader),
              ),
            },
            environment,
            undefined,
          ),
        });
      }
    }
    return shown;
  }

  async #declared(
    { entityRef, service, secrets }: StoredDeclarations,
    environment: string,
    paths: SecretMetadata[] | undefined,
  ): Promise<DeclaredSecret[]> {
    return Promise.all(
      secrets.map(async declaration => {
        const reference = referenceOf(service, declaration);
        const link = await this.#options.presenter.linkOf(
          environment,
          entityRef,
          reference,
        );
        const metadata =
          declaration.kind === 'kv'
            ? paths?.find(({ path }) => path === reference.path)
            : undefined;
        const current = metadata?.versions.find(
          ({ version }) => version === metadata.currentVersion,
        );
        return {
          declaration,
          reference,
          longestGrantSeconds: longestGrantSeconds({
            subject: 'service-account',
            secretClass: declaration.class,
          }),
          ...(link && { link }),
          ...(metadata && { metadata }),
          ...(declaration.rotationDays !== undefined &&
            current && {
              rotationDueAt: rotationBySchedule(
                current.createdAt,
                declaration.rotationDays,
              ),
            }),
        };
      }),
    );
  }

  async #metadata(
    environment: string,
    owner: string,
  ): Promise<SecretMetadata[] | undefined> {
    const { engine, logger } = this.#options;
    try {
      return await engine.metadata({ environment, owner });
    } catch (error) {
      logger.warn(
        `Paths of ${owner} in ${environment} are not known: ${stringifyError(error)}`,
      );
      return undefined;
    }
  }
}

function whyNot(owners: string[]) {
  const names = owners.join(', ');
  return {
    en: owners.length
      ? `Only its owners ask for a service; ask ${names}`
      : 'Only its owners ask for a service, and this one has none in the catalog',
    zh: owners.length
      ? `只有负责人可以为服务申请；请联系 ${names}`
      : '只有负责人可以为服务申请，而该服务在目录中没有负责人',
  };
}
