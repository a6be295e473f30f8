import { mockServices } from '@backstage/backend-test-utils';
import { NotAllowedError, NotFoundError } from '@backstage/errors';
import { auditRefusal } from './auditRefusal';

const meta = {
  kind: 'shift' as const,
  entityRef: 'component:default/products',
  environment: 'production',
};

function setUp() {
  const fail = jest.fn(async () => {});
  const createEvent = jest.fn(async () => ({ success: async () => {}, fail }));
  const logger = mockServices.logger.mock();
  const options = {
    auditor: { createEvent },
    logger,
    httpRequest: {} as never,
    meta,
  };
  return { fail, createEvent, logger, options };
}

describe('auditRefusal', () => {
  it('has a refused try in the audit, and refuses it', async () => {
    const { options, createEvent, fail } = setUp();
    const error = new NotAllowedError('Ask the owners');
    await expect(
      auditRefusal(options, () => Promise.reject(error)),
    ).rejects.toBe(error);
    expect(createEvent).toHaveBeenCalledWith(
      expect.objectContaining({ eventId: 'route-change', meta }),
    );
    expect(fail).toHaveBeenCalledWith({ error });
  });

  it('refuses also when the audit does not take it, and says so', async () => {
    const { options, createEvent, logger } = setUp();
    createEvent.mockRejectedValue(new Error('away'));
    const error = new NotAllowedError('Ask the owners');
    await expect(
      auditRefusal(options, () => Promise.reject(error)),
    ).rejects.toBe(error);
    expect(logger.error).toHaveBeenCalledWith(
      expect.stringContaining('is not in the audit: Error: away'),
    );
  });

  it('leaves what is allowed, and what went wrong otherwise, to those who do it', async () => {
    const { options, createEvent } = setUp();
    await auditRefusal(options, async () => {});
    await expect(
      auditRefusal(options, () => Promise.reject(new NotFoundError('x'))),
    ).rejects.toThrow('x');
    expect(createEvent).not.toHaveBeenCalled();
  });
});
