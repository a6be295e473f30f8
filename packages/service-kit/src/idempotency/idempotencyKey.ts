import { InvalidInputError } from '../problems/DomainError.ts';

/** Header that names one intention of a client, however often it is sent. */
export const IDEMPOTENCY_KEY_HEADER = 'idempotency-key';

/** Also the pattern in OpenAPI. The quotes of the IETF draft's structured field are accepted. */
export const IDEMPOTENCY_KEY_PATTERN =
  '^(?:[\\w.:-]{8,128}|"[\\w.:-]{8,128}")$';

const PATTERN = new RegExp(IDEMPOTENCY_KEY_PATTERN);

/**
 * Reads an Idempotency-Key.
 *
 * @throws InvalidInputError when it is missing or has another form
 */
export function parseIdempotencyKey(
  header: string | string[] | undefined,
): string {
  if (typeof header !== 'string' || !PATTERN.test(header)) {
    throw new InvalidInputError({
      code:
        header === undefined
          ? 'idempotency-key-missing'
          : 'idempotency-key-invalid',
      message:
        'Send an Idempotency-Key of 8 to 128 letters, digits or . _ : -, new for each intention, such as a UUID.',
      fields: [
        {
          in: 'header',
          field: IDEMPOTENCY_KEY_HEADER,
          message:
            header === undefined
              ? 'is required'
              : 'must be 8 to 128 letters, digits or . _ : -',
        },
      ],
    });
  }
  return header.replaceAll('"', '');
}
