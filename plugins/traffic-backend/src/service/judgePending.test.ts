import { VirtualService, snapshotOf } from '@shopfloor/plugin-traffic-common';
import { StoredChange } from '../database/TrafficStore';
import { judgePending } from './judgePending';

const http = (weight: number) => [
  { route: [{ destination: { host: 'p', subset: 'v1' }, weight }] },
];

function live(options: {
  weight: number;
  resourceVersion: string;
  appliedAt?: string;
}): VirtualService {
  return {
    metadata: {
      name: 'p',
      resourceVersion: options.resourceVersion,
      managedFields: [
        {
          manager: 'deployer',
          operation: 'Apply',
          time: '2026-05-01T10:00:00Z',
        },
        {
          manager: 'shopfloor-traffic',
          operation: 'Apply',
          time: options.appliedAt ?? '2026-05-01T09:00:00Z',
        },
      ],
    },
    spec: { http: http(options.weight) },
  };
}

const stored = {
  change: {
    intentAt: '2026-05-01T12:00:00.700Z',
    resourceVersionBefore: '7',
  } as StoredChange['change'],
  before: snapshotOf(live({ weight: 100, resourceVersion: '7' })),
  after: snapshotOf(live({ weight: 90, resourceVersion: '8' })),
};

describe('what became of a change whose process died', () => {
  // Kubernetes keeps whole seconds: a write at 12:00:00.8 says 12:00:00.
  const since = '2026-05-01T12:00:00Z';

  it.each([
    [
      'the version is the one before',
      { weight: 100, resourceVersion: '7' },
      'not-applied',
    ],
    [
      'it says what was intended, written by us since',
      { weight: 90, resourceVersion: '8', appliedAt: since },
      'applied',
    ],
    [
      'it says what was intended, but written by somebody else',
      { weight: 90, resourceVersion: '8' },
      'unknown',
    ],
    [
      'another touched it, and the weights are as before',
      { weight: 100, resourceVersion: '8' },
      'not-applied',
    ],
    [
      'it was written by us since, and then put back',
      { weight: 100, resourceVersion: '9', appliedAt: since },
      'unknown',
    ],
    [
      'it says something else',
      { weight: 50, resourceVersion: '9', appliedAt: since },
      'unknown',
    ],
  ])('%s', (_, object, outcome) => {
    expect(judgePending(stored, live(object)).outcome).toBe(outcome);
  });

  it('is unknown when the object is gone', () => {
    expect(judgePending(stored, undefined)).toMatchObject({
      outcome: 'unknown',
      error: expect.stringContaining('gone'),
    });
  });
});
