import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { ActIntent, ActResult } from '@shopfloor/plugin-audit-common';
import { afterwards, withContent } from './actContent';
import { TrailAuditorService } from './TrailAuditorService';
import { DefaultAuditTrailService } from './trailService';

describe('an event of the auditor', () => {
  const told: Array<ActIntent | ActResult> = [];
  const seen: unknown[] = [];

  const auditor = () => {
    const logger = mockServices.logger.mock();
    return new TrailAuditorService({
      auth: mockServices.auth(),
      httpAuth: mockServices.httpAuth({
        defaultCredentials: mockCredentials.user('user:default/ben'),
      }),
      logger,
      strict: true,
      trail: new DefaultAuditTrailService({
        logger,
        client: {
          begin: async intent => told.push(intent),
          end: async (_, result) => told.push(result),
        },
      }),
      inner: {
        createEvent: async options => {
          seen.push(JSON.parse(JSON.stringify(options.meta)));
          return {
            success: async result => {
              seen.push(JSON.parse(JSON.stringify(result?.meta ?? {})));
            },
            fail: async () => {},
          };
        },
      },
    });
  };

  beforeEach(() => {
    told.length = 0;
    seen.length = 0;
  });

  it('is one act, with before and after as its schema lets them, in the name of whom it is for', async () => {
    const event = await auditor().createEvent({
      eventId: 'route-change',
      meta: withContent(
        { changeId: 'c1', approvalId: 'r1', traceId: 't1' },
        {
          actor: 'user:default/pia',
          before: { weight: 10, note: 'n' },
          schema: { fields: { weight: 'keep' } },
        },
      ),
    });
    await event.success({ meta: afterwards({ weight: 20, note: 'n' }) });
    expect(told).toEqual([
      expect.objectContaining({
        action: 'route-change',
        actor: 'user:default/pia',
        changeId: 'c1',
        approvalId: 'r1',
        traceId: 't1',
        before: { weight: 10, note: '[redacted]' },
      }),
      {
        outcome: 'succeeded',
        after: { weight: 20, note: '[redacted]' },
        details: {},
      },
    ]);
    // The log has the metadata, and no more.
    expect(seen).toEqual([
      { changeId: 'c1', approvalId: 'r1', traceId: 't1' },
      {},
    ]);
  });

  it('belongs to the trace of its request, and keeps nothing that no schema names', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const event = await auditor().createEvent({
      eventId: 'waiver-request',
      request: {
        method: 'POST',
        originalUrl: '/api/scorecards/waivers?x=y',
        headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
      } as never,
      meta: withContent({}, { before: { state: 'waiting' } }),
    });
    await event.success();
    expect(told).toMatchObject([
      {
        actor: 'user:default/ben',
        traceId,
        before: '[redacted]',
        request: { method: 'POST', url: '/api/scorecards/waivers' },
      },
      { outcome: 'succeeded' },
    ]);
  });
});
