import { serverProblems } from './serverProblems';

describe('serverProblems', () => {
  it.each<[string, object]>([
    [
      'secret.path: lies outside of the prefix of payments',
      { fields: { path: 'lies outside of the prefix of payments' } },
    ],
    [
      'request.reason: is too short; request.durationSeconds: at most 604800',
      { fields: { reason: 'is too short', duration: 'at most 604800' } },
    ],
    [
      'access.0: is not declared; ask the owners; delivery: has no operator',
      {
        fields: {
          access: 'is not declared; ask the owners',
          delivery: 'has no operator',
        },
      },
    ],
    [
      'subject.entityRef: is not in the catalog',
      { fields: { service: 'is not in the catalog' } },
    ],
    [
      'Vault of staging is not connected',
      { fields: {}, other: 'Vault of staging is not connected' },
    ],
    [
      'reason: is too short; idempotency-key: is missing',
      {
        fields: { reason: 'is too short' },
        other: 'idempotency-key: is missing',
      },
    ],
    [
      'contentHash: is of another content',
      { fields: {}, other: 'contentHash: is of another content' },
    ],
  ])('sorts %j', (message, expected) => {
    expect(serverProblems(message)).toEqual(expected);
  });
});
