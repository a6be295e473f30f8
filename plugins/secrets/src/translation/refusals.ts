import { GRANT_REFUSALS } from '@shopfloor/plugin-secrets-common';

/**
 * Why the backend refuses something, by the codes and with the parameters of its answers. A part before ": " names the field, which the
 * form needs; it stands in every language.
 */
export const refusals = {
  ...GRANT_REFUSALS,
  // Of the API as well, whose words are about asking.
  'content-changed':
    'What was shown is not what it is about now; look at it again.',
  'permission-missing':
    'You may not do this: {{permission}} is not granted to you',
  'environment-unknown':
    'No environment "{{environment}}" has secrets; there are {{known}}',
  'entity-unknown': 'There is no {{entityRef}}, or you may not see it',
  'grant-unknown': 'There is no grant {{id}}, or you may not see it',
  'rotation-unknown': 'There is no rotation {{id}}, or you may not see it',
  'review-unknown': 'There is no review {{id}}, or you may not see it',
  'review-has-no-grant':
    'The review has no grant {{id}}, or you may not see it',
  'component-unknown': '{{field}}: the catalog has no {{entityRef}}',
  'no-component':
    '{{field}}: "{{entityRef}}" is no component of the namespace default; only those have secrets',
  'somebody-else':
    'subject.userEntityRef: nobody asks for somebody else; it must be you',
  'no-email':
    'The catalog has no e-mail address of {{person}}, by which Vault would know you',
  'other-email':
    'subject.email: the catalog has {{expected}} for you, not {{given}}',
  'other-account':
    'subject: the service account of {{service}} in {{environment}} is {{expected}}, not {{given}}',
  'declares-nothing': 'secret.declared: {{owner}} declares no "{{declared}}"',
  'not-declared':
    'secret.declared: {{owner}} declares no "{{declared}}", but {{known}}',
  'other-secret':
    'secret: "{{declared}}" of {{owner}} is {{expected}}, not {{given}}',
  'access-of-kind':
    'access: a secret of kind {{kind}} has no "{{access}}", but {{known}}',
  'delivery-to-person':
    'delivery: a secret of kind {{kind}} cannot be delivered to a person by "{{delivery}}"',
  'delivery-to-service':
    'delivery: a secret of kind {{kind}} cannot be delivered to a service by "{{delivery}}"',
  'too-short': 'durationSeconds: must be at least {{least}}',
  'too-long': 'durationSeconds: must be at most {{most}}',
  'renewal-of-time':
    'durationSeconds: must be between {{least}} and {{most}} for this secret and subject',
  'no-path':
    'secret.path: "{{path}}" is no path below the owner\'s prefix; use lower-case letters, digits, ".", "_" and "-", with "/" in between',
  'lint-error': 'This cannot be asked for: {{findings}}',
  'nobody-authorises':
    'This cannot be asked for: Nobody declared this secret, and Vault has no control groups; declare it in secrets.yaml of its owner',
  'key-used':
    'Idempotency-Key: "{{key}}" was used for something else; use a new one for each act',
  'no-cursor':
    'cursor: it is none that this API gave; begin with the first page',
  'due-in-past': 'dueAt: must be in the future',
  'comment-missing': 'comment: say why it is to be revoked',
  'review-over': 'It was decided already, or the review is closed',
} as const;
