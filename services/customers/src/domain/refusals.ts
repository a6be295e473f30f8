import {
  ConflictError,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  UnprocessableError,
  type FieldProblem,
} from '@shopfloor/service-kit';

/** The customer is being erased: nothing about him is kept any more. */
export function erasureInProgress(): ConflictError {
  return new ConflictError({
    code: 'erasure-in-progress',
    message:
      'This customer is being erased. See /me/erasures; signing in again later makes a new one.',
  });
}

/** There is no such address of this customer. */
export function addressNotFound(addressId: string): NotFoundError {
  return new NotFoundError({
    code: 'address-not-found',
    message: `There is no address ${addressId}.`,
  });
}

/** The address cannot be delivered to as it stands. */
export function addressInvalid(
  problems: readonly FieldProblem[],
): InvalidInputError {
  return new InvalidInputError({
    code: 'address-not-valid',
    message: `These fields are not valid: ${problems
      .map(({ field }) => field)
      .join(', ')}.`,
    fields: problems,
  });
}

/** The customer keeps as many addresses as he may. */
export function tooManyAddresses(limit: number): ConflictError {
  return new ConflictError({
    code: 'too-many-addresses',
    message: `A customer keeps at most ${limit} addresses. Delete one first.`,
  });
}

/** The default address is none of this customer's. */
export function unknownDefaultAddress(): UnprocessableError {
  return new UnprocessableError({
    code: 'unknown-address',
    message: 'The default address is none of this customer’s.',
    fields: [
      {
        in: 'body',
        field: '/defaultAddressId',
        message: 'is no address of this customer',
      },
    ],
  });
}

/** Nobody can consent to a text that was never shown. */
export function unknownText(): UnprocessableError {
  return new UnprocessableError({
    code: 'unknown-text-version',
    message: 'There is no text of this version for this purpose.',
    fields: [{ in: 'body', field: '/textVersion', message: 'does not exist' }],
  });
}

/** Whoever has not proved that the e-mail is his gets no orders by it. */
export function emailNotVerified(): ForbiddenError {
  return new ForbiddenError({
    code: 'email-not-verified',
    message:
      'Verify your e-mail with the sign-in provider first; then sign in again.',
  });
}

/** There is no such export of this customer. */
export function exportNotFound(exportId: string): NotFoundError {
  return new NotFoundError({
    code: 'export-not-found',
    message: `There is no export ${exportId}.`,
  });
}

/** The export cannot be downloaded, with the reason. */
export function exportNotDownloadable(state: string): ConflictError {
  const [code, message] = (() => {
    switch (state) {
      case 'collecting':
        return ['export-not-ready', 'The export is still being collected.'];
      case 'downloaded':
        return [
          'export-downloaded',
          'The export was downloaded before and is gone. Ask for a new one.',
        ];
      case 'failed':
        return [
          'export-failed',
          'The export could not be collected in time. Ask for a new one.',
        ];
      default:
        return [
          'export-expired',
          'The export was kept as long as it may be. Ask for a new one.',
        ];
    }
  })();
  return new ConflictError({ code, message });
}

/** There is no such erasure of this customer. */
export function erasureNotFound(erasureId: string): NotFoundError {
  return new NotFoundError({
    code: 'erasure-not-found',
    message: `There is no erasure ${erasureId}.`,
  });
}
