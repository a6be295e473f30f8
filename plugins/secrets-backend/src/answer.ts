import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import {
  SECRETS_ANSWERS,
  SecretsAnswerCode,
  SecretsAnswerParameters,
  secretsAnswerWords,
} from '@shopfloor/plugin-secrets-common';

const ERRORS = {
  400: InputError,
  403: NotAllowedError,
  404: NotFoundError,
  409: ConflictError,
};

/** A refusal as an error of HTTP, with `code` and `parameters` in the answer. */
export function answer<C extends SecretsAnswerCode>(
  code: C,
  parameters: SecretsAnswerParameters<C>,
): Error {
  const Refusal = ERRORS[SECRETS_ANSWERS[code][0]];
  return Object.assign(new Refusal(secretsAnswerWords(code, parameters)), {
    code,
    parameters,
  });
}
