import { Deployment, readRollout } from './readRollout';

const deployment = (change: (d: any) => void = () => {}): Deployment => {
  const made: any = {
    metadata: {
      name: 'products-v2',
      namespace: 'production',
      uid: 'u1',
      generation: 3,
      creationTimestamp: '2026-11-26T08:00:00Z',
      labels: { 'backstage.io/kubernetes-id': 'products' },
      annotations: { 'deployment.kubernetes.io/revision': '2' },
      managedFields: [
        {
          manager: 'helm',
          time: '2026-11-26T09:00:00Z',
          fieldsV1: { 'f:spec': { 'f:template': {}, 'f:replicas': {} } },
        },
        {
          manager: 'autoscaler',
          time: '2026-11-26T11:00:00Z',
          fieldsV1: { 'f:spec': { 'f:replicas': {} } },
        },
        {
          manager: 'kube-controller-manager',
          subresource: 'status',
          time: '2026-11-26T12:00:00Z',
          fieldsV1: { 'f:status': {} },
        },
      ],
    },
    spec: {
      replicas: 2,
      template: {
        metadata: { labels: { 'app.kubernetes.io/version': '2.0.0' } },
        spec: { containers: [{ image: 'shopfloor.local/products:2.0.0' }] },
      },
    },
    status: {
      observedGeneration: 3,
      replicas: 2,
      updatedReplicas: 2,
      availableReplicas: 2,
      conditions: [
        { type: 'Available', lastUpdateTime: '2026-11-26T08:00:10Z' },
        {
          type: 'Progressing',
          reason: 'NewReplicaSetAvailable',
          lastUpdateTime: '2026-11-26T09:00:12Z',
          lastTransitionTime: '2026-11-26T08:00:00Z',
        },
      ],
    },
  };
  change(made);
  return made;
};
const read = (change?: (d: any) => void) =>
  readRollout({
    deployment: deployment(change),
    cluster: 'eks',
    environment: 'production',
  });

describe('readRollout', () => {
  it('is a deployment of the revision, from the writing of the template to the word of the controller', () => {
    expect(read()).toEqual({
      service: 'products',
      change: {
        sourceId: 'eks/u1/2',
        kind: 'deployment',
        environment: 'production',
        title: 'products-v2: shopfloor.local/products:2.0.0',
        summary: 'Revision 2 of Deployment products-v2, version 2.0.0',
        startedAt: '2026-11-26T09:00:00.000Z',
        endedAt: '2026-11-26T09:00:12.000Z',
        outcome: 'succeeded',
        reference: {
          image: 'shopfloor.local/products:2.0.0',
          version: '2.0.0',
          object: 'deployments production/products-v2',
        },
      },
    });
  });

  const reason = (value: string) => (d: any) => {
    d.status.conditions[1].reason = value;
  };
  const counts =
    (replicas: number, updated: number, available: number) => (d: any) => {
      d.status = {
        observedGeneration: 3,
        replicas,
        updatedReplicas: updated,
        availableReplicas: available,
      };
    };

  const end = '2026-11-26T09:00:12.000Z';
  it.each<[string, (d: any) => void, string, string | undefined]>([
    [
      'pods are replaced',
      reason('ReplicaSetUpdated'),
      'in-progress',
      undefined,
    ],
    ['the deadline is over', reason('ProgressDeadlineExceeded'), 'failed', end],
    [
      'a pod of a finished rollout is down',
      d => {
        d.status.availableReplicas = 1;
      },
      'succeeded',
      end,
    ],
    // Without a deadline the controller says nothing, so the end has no time.
    [
      'it has no deadline and all are there',
      counts(2, 2, 2),
      'succeeded',
      undefined,
    ],
    [
      'it has no deadline, one is old',
      counts(3, 2, 2),
      'in-progress',
      undefined,
    ],
    [
      'it has no deadline, one is to come',
      counts(1, 1, 1),
      'in-progress',
      undefined,
    ],
    [
      'it has no deadline, one is not ready',
      counts(2, 2, 1),
      'in-progress',
      undefined,
    ],
  ])('when %s', (_, change, outcome, endedAt) => {
    const { change: told } = read(change)!;
    expect([told.outcome, told.endedAt]).toEqual([outcome, endedAt]);
  });

  it('began with the object when it is the first revision or nobody says who wrote', () => {
    const created = '2026-11-26T08:00:00.000Z';
    const first = read(d => {
      d.metadata.annotations['deployment.kubernetes.io/revision'] = '1';
    });
    expect(first?.change.startedAt).toBe(created);
    const unmanaged = read(d => delete d.metadata.managedFields);
    expect(unmanaged?.change.startedAt).toBe(created);
  });

  it('never ends before it began', () => {
    const rollout = read(d => {
      d.metadata.managedFields[0].time = '2026-11-26T09:30:00Z';
    });
    expect(rollout?.change.endedAt).toBe('2026-11-26T09:30:00.000Z');
  });

  it.each<[string, (d: any) => void]>([
    [
      'the controller has not taken it up',
      d => {
        d.metadata.generation = 4;
      },
    ],
    ['it has no revision yet', d => delete d.metadata.annotations],
    ['it is no service', d => delete d.metadata.labels],
    ['it has no status', d => delete d.status],
  ])('says nothing while %s', (_, change) => {
    expect(read(change)).toBeUndefined();
  });
});
