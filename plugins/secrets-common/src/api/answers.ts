/**
 * What the API refuses, by stable codes: the words in English with their parameters in braces, and how HTTP says it. The code stands in
 * `error.code` of the answer and the parameters, all of them texts, in `error.parameters`, so that a page can say it in another
 * language; what the state machine of grants refuses has the codes of `GRANT_REFUSALS`. A part before ": " names the field.
 */
export const SECRETS_ANSWERS = {
  'permission-missing': [
    403,
    'You may not do this: {permission} is not granted to you',
  ],
  'environment-unknown': [
    404,
    'No environment "{environment}" has secrets; there are {known}',
  ],
  'entity-unknown': [404, 'There is no {entityRef}, or you may not see it'],
  'grant-unknown': [404, 'There is no grant {id}, or you may not see it'],
  'rotation-unknown': [404, 'There is no rotation {id}, or you may not see it'],
  'review-unknown': [404, 'There is no review {id}, or you may not see it'],
  'review-has-no-grant': [
    404,
    'The review has no grant {id}, or you may not see it',
  ],
  'component-unknown': [404, '{field}: the catalog has no {entityRef}'],
  'no-component': [
    400,
    '{field}: "{entityRef}" is no component of the namespace default; only those have secrets',
  ],
  'somebody-else': [
    403,
    'subject.userEntityRef: nobody asks for somebody else; it must be you',
  ],
  'no-email': [
    409,
    'The catalog has no e-mail address of {person}, by which Vault would know you',
  ],
  'other-email': [
    400,
    'subject.email: the catalog has {expected} for you, not {given}',
  ],
  'other-account': [
    400,
    'subject: the service account of {service} in {environment} is {expected}, not {given}',
  ],
  'declares-nothing': [
    400,
    'secret.declared: {owner} declares no "{declared}"',
  ],
  'not-declared': [
    400,
    'secret.declared: {owner} declares no "{declared}", but {known}',
  ],
  'other-secret': [
    400,
    'secret: "{declared}" of {owner} is {expected}, not {given}',
  ],
  'access-of-kind': [
    400,
    'access: a secret of kind {kind} has no "{access}", but {known}',
  ],
  'delivery-to-person': [
    400,
    'delivery: a secret of kind {kind} cannot be delivered to a person by "{delivery}"',
  ],
  'delivery-to-service': [
    400,
    'delivery: a secret of kind {kind} cannot be delivered to a service by "{delivery}"',
  ],
  'too-short': [400, 'durationSeconds: must be at least {least}'],
  'too-long': [400, 'durationSeconds: must be at most {most}'],
  'renewal-of-time': [
    409,
    'durationSeconds: must be between {least} and {most} for this secret and subject',
  ],
  'no-path': [
    400,
    'secret.path: "{path}" is no path below the owner\'s prefix; use lower-case letters, digits, ".", "_" and "-", with "/" in between',
  ],
  'content-changed': [
    409,
    'What was shown is not what would be asked for now; look at it again',
  ],
  'lint-error': [409, 'This cannot be asked for: {findings}'],
  'nobody-authorises': [
    409,
    'This cannot be asked for: Nobody declared this secret, and Vault has no control groups; declare it in secrets.yaml of its owner',
  ],
  'key-used': [
    400,
    'Idempotency-Key: "{key}" was used for something else; use a new one for each act',
  ],
  'no-cursor': [
    400,
    'cursor: it is none that this API gave; begin with the first page',
  ],
  'due-in-past': [400, 'dueAt: must be in the future'],
  'comment-missing': [400, 'comment: say why it is to be revoked'],
  'review-over': [409, 'It was decided already, or the review is closed'],
} as const satisfies Record<string, readonly [number, string]>;

/** One of {@link SECRETS_ANSWERS}. */
export type SecretsAnswerCode = keyof typeof SECRETS_ANSWERS;

type NamesIn<T extends string> =
  T extends `${string}{${infer Name}}${infer Rest}`
    ? Name | NamesIn<Rest>
    : never;

/** Parameters of the words of a code, all of them texts. */
export type SecretsAnswerParameters<C extends SecretsAnswerCode> = Record<
  NamesIn<(typeof SECRETS_ANSWERS)[C][1]>,
  string
>;

/** The words of a code in English. */
export function secretsAnswerWords<C extends SecretsAnswerCode>(
  code: C,
  parameters: SecretsAnswerParameters<C>,
): string {
  const given: Record<string, string> = parameters;
  return SECRETS_ANSWERS[code][1].replaceAll(
    /\{(\w+)\}/g,
    (whole, name: string) => given[name] ?? whole,
  );
}
