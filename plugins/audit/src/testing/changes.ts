import {
  Change,
  ChangesApi,
  IncidentDetail,
} from '@shopfloor/plugin-audit-common';

/** A change for tests. */
export function testChange(more: Partial<Change> = {}): Change {
  return {
    id: 'c1',
    source: 'traffic',
    sourceId: '1',
    kind: 'traffic',
    entityRef: 'component:default/products',
    environment: 'production',
    title: 'v2 0 % → 10 %',
    userEntityRef: 'user:default/ben.lindqvist',
    startedAt: '2026-11-26T10:00:00.000Z',
    endedAt: '2026-11-26T10:00:04.000Z',
    outcome: 'succeeded',
    observedAt: '2026-11-26T10:00:05.000Z',
    ...more,
  };
}

/** An incident for tests. */
export function testIncident(
  more: Partial<IncidentDetail> = {},
): IncidentDetail {
  return {
    id: 'i1',
    title: 'Orders wait for a person',
    entityRefs: ['component:default/orders'],
    environment: 'production',
    severity: 'ticket',
    openedAt: '2026-11-26T10:00:00.000Z',
    openedBy: 'alert',
    mayManage: true,
    ...more,
  };
}

/** An API that answers with these, and notes what it is asked. */
export function testChangesApi(overrides: Partial<ChangesApi> = {}) {
  const refuse = async (): Promise<never> => {
    throw new Error('not expected');
  };
  return {
    listChanges: jest.fn(async () => ({ items: [], totalItems: 0 })),
    getChange: jest.fn(refuse),
    listIncidents: jest.fn(async () => ({
      items: [],
      totalItems: 0,
      restore: { closed: 0, open: 0 },
    })),
    getIncident: jest.fn(refuse),
    openIncident: jest.fn(refuse),
    closeIncident: jest.fn(refuse),
    ...overrides,
  } satisfies ChangesApi;
}
