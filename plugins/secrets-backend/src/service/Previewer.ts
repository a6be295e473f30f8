import { Entity } from '@backstage/catalog-model';
import { DiffAffected } from '@shopfloor/plugin-approvals-common';
import { contentHash } from '@shopfloor/plugin-approvals-node';
import {
  ACCESS_OF_KIND,
  allowsWords,
  composePlan,
  DELIVERIES_OF_KIND,
  EnvironmentMounts,
  grantDiff,
  GrantPlan,
  GrantRequest,
  GrantSubject,
  inOrder,
  linesOf,
  lintPlan,
  longestGrantSeconds,
  Manifest,
  manifestsOf,
  newLines,
  PlanSubject,
  prefixesOf,
  Preview,
  Reader,
  ReasonCode,
  referenceOf,
  SecretDeclaration,
  secretGrantRenewPermission,
  serviceOf,
  slotOf,
  subjectName,
  SHORTEST_GRANT_SECONDS,
  Tier,
  VaultHealth,
  VaultState,
} from '@shopfloor/plugin-secrets-common';
import {
  GrantAccess,
  notGranted,
  UserCredentials,
} from '../access/GrantAccess';
import { answer } from '../answer';
import { SecretsConfig, SecretsEnvironmentConfig } from '../config';
import { GrantEngine } from '../engine/GrantEngine';
import { GrantOwners } from '../notices/notices';
import {
  emailOf,
  EntityDirectory,
  ownersOf,
  Person,
} from '../people/EntityDirectory';
import { DeclarationStore } from '../store/DeclarationStore';
import { ManifestValues } from '../manifests/ManifestValues';
import { GrantStore } from '../store/GrantStore';

/** After so many numbers without a pin it is not looked for one further on. */
const NUMBERS_TRIED = 8;
const KV_PATH = /^[a-z0-9*+][a-z0-9_.*+-]*(\/[a-z0-9*+][a-z0-9_.*+-]*)*$/;
const COMPONENT = /^component:default\/[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** A request that was looked at from all sides. */
export interface Prepared {
  preview: Preview;
  request: GrantRequest;
  slot: string;
  number: number;
  owners: GrantOwners;
  person: Person;
  /** What Vault has; absent when it does not answer. */
  base?: VaultState;
}

/** What {@link Previewer} needs. */
export interface PreviewerOptions {
  access: GrantAccess;
  config: SecretsConfig;
  declarations: DeclarationStore;
  directory: EntityDirectory;
  engine: GrantEngine;
  store: GrantStore;
  values: ManifestValues;
}

/** Says what a request would mean. Nothing is written. */
export class Previewer {
  readonly #options: PreviewerOptions;

  constructor(options: PreviewerOptions) {
    this.#options = options;
  }

  /** @throws NotFoundError that names the ones there are */
  environment(name: string): SecretsEnvironmentConfig {
    const { environments } = this.#options.config;
    const found = environments.find(each => each.environment.name === name);
    if (!found) {
      throw answer('environment-unknown', {
        environment: name,
        known: environments.map(each => each.environment.name).join(', '),
      });
    }
    return found;
  }

  /**
   * Looks at a request.
   *
   * @throws InputError that names the field, NotFoundError or NotAllowedError
   */
  async prepare(
    asked: GrantRequest,
    credentials: UserCredentials,
  ): Promise<Prepared> {
    const { access, directory, engine, store } = this.#options;
    const place = this.environment(asked.environment);
    const { environment, mounts } = place;
    const person = await directory.person(credentials);
    const { subject, subjectOwners } = await this.#subject(
      asked,
      place,
      person,
      credentials,
    );
    const ownerEntity = await this.#component(
      'owner',
      asked.owner,
      credentials,
    );
    const owner = serviceOf(asked.owner);
    const declarations =
      (await this.#options.declarations.get(asked.owner))?.secrets ?? [];
    const declaration = declared(asked, owner, declarations);
    const request: GrantRequest = {
      ...asked,
      subject,
      access: inOrder(asked.access),
      secret: declaration ? referenceOf(owner, declaration) : asked.secret,
    };
    checkShape(request);
    const owners = { subject: subjectOwners, secret: ownersOf(ownerEntity) };
    const resource = {
      environment: environment.name,
      subjectOwners: owners.subject,
      secretOwners: owners.secret,
    };
    if (
      !(await access.mayOn(secretGrantRenewPermission, resource, credentials))
    ) {
      throw notGranted(secretGrantRenewPermission.name);
    }

    const planSubject = this.#planSubject(request.subject, mounts);
    const tier = tierOf(request, owner, declaration);
    const slot = slotOf({
      environment: environment.name,
      subject: subjectName(planSubject),
      owner,
      secret: request.secret,
      access: request.access,
    });
    const compose = (number: number) =>
      composePlan({
        mounts,
        tier,
        subject: planSubject,
        owner,
        secret: request.secret,
        access: request.access,
        number,
        ttlSeconds: request.durationSeconds,
      });
    const first = await store.nextNumber(slot);
    const health = await engine.health(environment.name);
    const seen =
      health.status === 'ready'
        ? await this.#look(request, compose, first)
        : undefined;
    const number = seen?.number ?? first;
    const plan = compose(number);
    const living = await store.livingOf(
      request.subject.kind === 'person'
        ? request.subject.userEntityRef
        : request.subject.entityRef,
      environment.name,
    );
    const had = living.flatMap(grant => grant.plan.allows);
    const lint = lintPlan({
      plan,
      durationSeconds: request.durationSeconds,
      subject: request.subject.kind,
      secretClass: declaration?.class,
      prefixes: prefixesOf({
        mounts,
        owner,
        named: declarations.map(each => referenceOf(owner, each)),
      }),
      living: living.map(grant => ({
        name: grant.plan.name,
        allows: grant.plan.allows,
      })),
    });
    const notes = notesOf({ health, tier, freeForm: place.freeForm, seen });
    const affected = affectedBy(request, seen?.readers);
    const { reason: _, ...content } = request;
    return {
      request,
      slot,
      number,
      owners,
      person,
      ...(seen && { base: seen.state }),
      preview: {
        plan,
        ...(seen && { current: seen.state }),
        diff: grantDiff({ request, plan, current: seen?.state, affected }),
        newlyAllows: request.access
          .filter(
            each =>
              newLines(
                linesOf({ mounts, owner, secret: request.secret }, [each]),
                had,
              ).length > 0,
          )
          .flatMap(each => allowsWords({ ...request, access: [each] })),
        lint,
        ...(seen?.readers && { readers: seen.readers }),
        affected,
        contentHash: contentHash({
          request: content,
          plan,
          base: seen?.state,
        }),
        manifests: await this.manifests(request, plan),
        needsAuthorisation: tier === 'control-group' && !place.freeForm,
        mayAsk:
          !lint.some(({ severity }) => severity === 'error') &&
          !notes.includes('no-control-groups'),
        notes,
      },
    };
  }

  /** What the service's repository needs. */
  async manifests(request: GrantRequest, plan: GrantPlan): Promise<Manifest[]> {
    const { config, values } = this.#options;
    const { subject, delivery, environment } = request;
    if (!config.vault) {
      return [];
    }
    return manifestsOf({
      request,
      plan,
      mounts: this.environment(environment).mounts,
      vaultAddress: config.vault.podAddress,
      ...(subject.kind === 'service-account' &&
        delivery === 'agent' && {
          values: await values.read(subject.entityRef, environment),
        }),
    });
  }

  /** What Vault has of it; `undefined` when it does not answer after all. */
  async #look(
    request: GrantRequest,
    compose: (number: number) => GrantPlan,
    first: number,
  ): Promise<
    | {
        number: number;
        pinned: boolean;
        state: VaultState;
        readers?: Reader[];
      }
    | undefined
  > {
    const { engine } = this.#options;
    try {
      let number = first;
      let pinned = await engine.pinned(compose(first));
      for (let tried = 1; !pinned && tried < NUMBERS_TRIED; tried += 1) {
        pinned = await engine.pinned(compose(first + tried));
        number = pinned ? first + tried : first;
      }
      const [state, readers] = await Promise.all([
        engine.read(compose(number)),
        engine.readers({
          environment: request.environment,
          owner: request.owner,
          kind: request.secret.kind,
          path: request.secret.path,
        }),
      ]);
      return { number, pinned, state, readers };
    } catch (error) {
      if (isUnavailable(error)) {
        return undefined;
      }
      throw error;
    }
  }

  async #subject(
    asked: GrantRequest,
    { environment }: SecretsEnvironmentConfig,
    person: Person,
    credentials: UserCredentials,
  ): Promise<{ subject: GrantSubject; subjectOwners: string[] }> {
    const { subject } = asked;
    const { directory } = this.#options;
    if (subject.kind === 'person') {
      if (subject.userEntityRef !== person.ref) {
        throw answer('somebody-else', {});
      }
      const entity = (await directory.find([person.ref])).get(person.ref);
      const email = entity && emailOf(entity);
      if (!email) {
        throw answer('no-email', { person: person.ref });
      }
      if (email !== subject.email) {
        throw answer('other-email', {
          expected: email,
          given: subject.email,
        });
      }
      return { subject: { ...subject, email }, subjectOwners: [person.ref] };
    }
    const entity = await this.#component(
      'subject.entityRef',
      subject.entityRef,
      credentials,
    );
    const name = serviceOf(subject.entityRef);
    if (subject.namespace !== environment.namespace || subject.name !== name) {
      throw answer('other-account', {
        service: name,
        environment: environment.name,
        expected: `${environment.namespace}/${name}`,
        given: `${subject.namespace}/${subject.name}`,
      });
    }
    return { subject, subjectOwners: ownersOf(entity) };
  }

  async #component(
    field: string,
    ref: string,
    credentials: UserCredentials,
  ): Promise<Entity> {
    if (!COMPONENT.test(ref)) {
      throw answer('no-component', { field, entityRef: ref });
    }
    const entity = await this.#options.directory.visible(ref, credentials);
    if (!entity) {
      throw answer('component-unknown', { field, entityRef: ref });
    }
    return entity;
  }

  #planSubject(
    subject: GrantSubject,
    { oidc }: EnvironmentMounts,
  ): PlanSubject {
    if (subject.kind === 'service-account') {
      const { kind, namespace, name } = subject;
      return { kind, namespace, name };
    }
    const uiUrl = this.#options.config.vault?.uiUrl ?? '';
    return {
      kind: 'person',
      email: subject.email,
      redirectUris: [
        `${uiUrl}/ui/vault/auth/${oidc}/oidc/callback`,
        'http://localhost:8250/oidc/callback',
      ],
    };
  }
}

/** The declaration that a request is about, by its name or by the same place. */
function declared(
  { secret }: GrantRequest,
  owner: string,
  declarations: SecretDeclaration[],
): SecretDeclaration | undefined {
  if (secret.declared === undefined) {
    return declarations.find(each => {
      const { kind, path } = referenceOf(owner, each);
      return kind === secret.kind && path === secret.path;
    });
  }
  const found = declarations.find(({ name }) => name === secret.declared);
  if (!found) {
    const of = { owner, declared: secret.declared };
    const known = declarations.map(({ name }) => name).join(', ');
    throw known
      ? answer('not-declared', { ...of, known })
      : answer('declares-nothing', of);
  }
  const { kind, path } = referenceOf(owner, found);
  if (kind !== secret.kind || path !== secret.path) {
    throw answer('other-secret', {
      declared: secret.declared,
      owner,
      expected: `${kind} ${path}`,
      given: `${secret.kind} ${secret.path}`,
    });
  }
  return found;
}

function checkShape(request: GrantRequest): void {
  const { secret, access, delivery, durationSeconds, subject } = request;
  for (const each of access) {
    if (!ACCESS_OF_KIND[secret.kind].includes(each)) {
      throw answer('access-of-kind', {
        kind: secret.kind,
        access: each,
        known: ACCESS_OF_KIND[secret.kind].join(', '),
      });
    }
  }
  if (
    !(subject.kind === 'person'
      ? delivery === 'none'
      : DELIVERIES_OF_KIND[secret.kind].includes(delivery))
  ) {
    throw answer(
      subject.kind === 'person' ? 'delivery-to-person' : 'delivery-to-service',
      { kind: secret.kind, delivery },
    );
  }
  if (durationSeconds < SHORTEST_GRANT_SECONDS) {
    throw answer('too-short', { least: String(SHORTEST_GRANT_SECONDS) });
  }
  const longest = longestGrantSeconds({
    subject: subject.kind,
    secretClass: 'standard',
  });
  if (durationSeconds > longest) {
    throw answer('too-long', { most: String(longest) });
  }
  if (!KV_PATH.test(secret.path) || secret.path.split('/').includes('..')) {
    throw answer('no-path', { path: secret.path });
  }
}

function tierOf(
  { subject, access }: GrantRequest,
  owner: string,
  declaration: SecretDeclaration | undefined,
): Tier {
  const foreseen =
    declaration &&
    subject.kind === 'service-account' &&
    (subject.name === owner || declaration.readers.includes(subject.name)) &&
    access.every(each => declaration.access.includes(each));
  return foreseen ? 'pinned' : 'control-group';
}

function notesOf(options: {
  health: VaultHealth;
  tier: Tier;
  freeForm: boolean;
  seen: { pinned: boolean } | undefined;
}): ReasonCode[] {
  const { health, tier, freeForm, seen } = options;
  const notes: ReasonCode[] = [];
  if (health.status !== 'ready') {
    notes.push(`vault-${health.status}`);
  }
  if (tier === 'pinned' && seen && !seen.pinned) {
    notes.push('no-pin');
  }
  if (tier === 'control-group' && !freeForm) {
    notes.push(
      health.features && !health.features.controlGroups
        ? 'no-control-groups'
        : 'needs-authorisation',
    );
  }
  if (health.features && !health.features.policyTtl) {
    notes.push('ended-by-portal');
  }
  return notes;
}

function affectedBy(
  { subject, owner }: GrantRequest,
  readers: Reader[] | undefined,
): DiffAffected[] {
  const others = readers?.length;
  return [
    ...(subject.kind === 'service-account'
      ? [
          {
            text: {
              en: `${subject.name} gets the access; so does whoever may deploy it`,
              zh: `${subject.name} 将获得访问；能够部署它的人也同样可以`,
            },
            entityRef: subject.entityRef,
          },
        ]
      : []),
    {
      text: {
        en:
          others === undefined
            ? 'Who else can read the secret is unknown, since Vault did not answer'
            : `The secret can be read by ${others} other polic${others === 1 ? 'y' : 'ies'} already`,
        zh:
          others === undefined
            ? 'Vault 未响应，尚不清楚还有谁能读取该密钥'
            : `目前已有另外 ${others} 个策略可读取该密钥`,
      },
      entityRef: owner,
    },
  ];
}

/** Whether Vault does not serve now, as against refusing. */
export function isUnavailable(error: unknown): boolean {
  return (error as Error | undefined)?.name === 'ServiceUnavailableError';
}
