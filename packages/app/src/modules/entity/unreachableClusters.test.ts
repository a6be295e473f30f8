import {
  ClusterObjects,
  KubernetesFetchError,
} from '@backstage/plugin-kubernetes-common';
import { unreachableClusters } from './unreachableClusters';

const error: KubernetesFetchError = {
  errorType: 'FETCH_ERROR',
  message: 'connection refused',
};

function item(
  name: string,
  options: { errors?: KubernetesFetchError[]; pods?: number },
): ClusterObjects {
  return {
    cluster: { name },
    podMetrics: [],
    errors: options.errors ?? [],
    resources: [{ type: 'pods', resources: Array(options.pods ?? 0).fill({}) }],
  };
}

describe('clusters that cannot be reached', () => {
  it('are those with errors and nothing found', () => {
    expect(
      unreachableClusters({
        items: [
          item('away', { errors: [error] }),
          item('partly', { errors: [error], pods: 1 }),
          item('empty', {}),
          item('well', { pods: 2 }),
        ],
      }),
    ).toEqual(['away']);
  });

  it('are none before the first answer', () => {
    expect(unreachableClusters(undefined)).toEqual([]);
  });
});
