import { useState } from 'react';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  DeclaredSecret,
  EntitySecrets,
  GrantSubject,
} from '@shopfloor/plugin-secrets-common';
import { useEnvironments, useFormat } from '@shopfloor/ui';
import { secretsApiRef } from '../../api';
import {
  accessChoices,
  AskDraft,
  AskField,
  AskProblem,
  chosenSecret,
  deliveryChoices,
  durationSeconds,
  longestSeconds,
  ownerOf,
  problemsOf,
  requestOf,
  SHORTEST_REASON,
  suggestedDuration,
} from '../../core/askForm';
import { serverProblems } from '../../core/serverProblems';
import { useAskDraft } from '../../hooks/useAskDraft';
import { useVaults } from '../../hooks/useVaults';
import { useMe } from '../../hooks/useMe';
import { useServices } from '../../hooks/useServices';
import { secretsTranslationRef } from '../../translation/translation';
import { entityName, localized } from '../../words';
import { useAsked } from '../../hooks/useAsked';

/** Secrets of an owner that may be asked for, from the view of the service that asks. */
function askable(
  found: EntitySecrets | undefined,
  owner: string,
): DeclaredSecret[] {
  if (!found) {
    return [];
  }
  return found.entityRef === owner
    ? found.declared
    : (found.ofOthers.find(each => each.owner === owner)?.secrets ?? []);
}

/** The form: what is filled in, what may be chosen, and what is not right yet. */
export function useAskForm(known: Partial<AskDraft>) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const format = useFormat();
  const api = useApi(secretsApiRef);
  const { environments } = useEnvironments();
  const vaults = useVaults();
  const services = useServices();
  const me = useMe();
  const { draft, change, clear } = useAskDraft(known);
  const [left, setLeft] = useState<ReadonlySet<AskField>>(new Set());
  const [refusal, setRefusal] = useState<string>();

  const owner = ownerOf(draft);
  // A service sees what it may ask for of others; a person asks for what the owner has.
  const entityRef = draft.forWhom === 'service' ? draft.service : owner;
  const entity = useAsked(`${entityRef} ${draft.environment}`, async signal =>
    entityRef && draft.environment
      ? api.getEntitySecrets(
          { entityRef, environment: draft.environment },
          { signal },
        )
      : undefined,
  );
  const declared = askable(entity.value, owner);
  // Who owns the secrets is shown which paths there are; that somebody else is not is no error.
  const asksOwner = draft.undeclared && entityRef !== owner;
  const ofOwner = useAsked(
    asksOwner ? `${owner} ${draft.environment} paths` : '',
    async signal =>
      asksOwner && owner && draft.environment
        ? api.getEntitySecrets(
            { entityRef: owner, environment: draft.environment },
            { signal },
          )
        : undefined,
  );
  const paths = (asksOwner ? ofOwner : entity).value?.paths;
  const secret = chosenSecret(draft, declared);
  const longest = longestSeconds(draft, secret);
  const environment = vaults.value?.find(
    ({ name }) => name === draft.environment,
  );
  const product = vaults.productOf(draft.environment || undefined);

  let subject: GrantSubject | undefined;
  if (draft.forWhom === 'me') {
    subject =
      me.userEntityRef && me.email
        ? { kind: 'person', userEntityRef: me.userEntityRef, email: me.email }
        : undefined;
  } else if (draft.service && environment) {
    subject = {
      kind: 'service-account',
      entityRef: draft.service,
      namespace: environment.namespace,
      name: entityName(draft.service),
    };
  }

  // Nothing typed yet: what is usual stands there, and can be changed.
  const amount = draft.amount || suggestedDuration(longest).amount;
  const unit = draft.amount ? draft.unit : suggestedDuration(longest).unit;
  const choices = accessChoices(draft, secret);
  const access =
    draft.access.length === 0 && choices.length === 1
      ? [...choices]
      : draft.access;
  const deliveries = deliveryChoices(draft, secret);
  const delivery = deliveries.includes(draft.delivery)
    ? draft.delivery
    : deliveries[0];
  const filled: AskDraft = { ...draft, amount, unit, access, delivery };
  const problems = problemsOf(filled, { declared });
  const refused = refusal === undefined ? undefined : serverProblems(refusal);

  const wordsOf = (field: AskField, problem: AskProblem): string =>
    problem === 'missing'
      ? t(`form.missing.${field}`)
      : t(`form.wrong.${problem}`, {
          fewest: String(SHORTEST_REASON),
          longest: format.duration(longest * 1000),
        });

  const mayAsk =
    draft.forWhom === 'me' ? entity.value?.mayAskForSelf : entity.value?.mayAsk;
  const why = entity.value?.whyNot;
  const whyNot =
    mayAsk === false
      ? (why && localized(why, format.locale)) || t('ask.notAllowed')
      : undefined;

  return {
    draft: filled,
    clear: () => {
      clear();
      setLeft(new Set());
      setRefusal(undefined);
    },
    /** Changes the draft; what a server said of it before no longer holds. */
    choose: (changed: Partial<AskDraft>) => {
      setRefusal(undefined);
      // What stood there as usual counts as typed once its unit is chosen.
      change(
        'unit' in changed && !draft.amount ? { amount, ...changed } : changed,
      );
    },
    /** The reader has left a field: what is wrong with it is said from now on. */
    leave: (...fields: AskField[]) =>
      setLeft(last => new Set([...last, ...fields])),
    /** What is wrong with a field, once it is time to say so. */
    problemAt: (field: AskField): string | undefined => {
      const problem = problems[field];
      return (
        refused?.fields[field] ??
        (problem && left.has(field) ? wordsOf(field, problem) : undefined)
      );
    },
    isRight: (...fields: AskField[]) =>
      fields.every(field => !problems[field] && !refused?.fields[field]),
    /** Every field that is not right yet, in words. */
    stillNeeded: (Object.keys(problems) as AskField[]).map(field =>
      wordsOf(field, problems[field]!),
    ),
    fieldsNotRight: Object.keys(problems) as AskField[],
    refuse: setRefusal,
    /** What the server objects to and is of no field. */
    otherRefusal: refused?.other,
    refusedAtFields: Boolean(refused && Object.keys(refused.fields).length),
    request: requestOf(filled, { declared, subject }),
    subject,
    secret,
    kind: secret?.declaration.kind ?? draft.kind,
    declared,
    /** Of KV below the prefix of the owner; absent when they are not known, or not the reader's to see. */
    paths,
    accessChoices: choices,
    deliveryChoices: deliveries,
    longestSeconds: longest,
    durationSeconds: durationSeconds(filled),
    environments,
    environment,
    vaults,
    vaultReady: environment?.vault.status === 'ready',
    product,
    services: services.value ?? [],
    me,
    entityKnown: Boolean(entity.value),
    entityError: entity.error,
    retry: entity.retry,
    whyNot,
  };
}

/** What {@link useAskForm} gives. */
export type AskForm = ReturnType<typeof useAskForm>;
