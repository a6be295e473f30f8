import { createLogger } from './createLogger.ts';

const service = {
  name: 'things',
  version: '1.2.3',
  release: 'v1',
  environment: 'test',
  instance: 'things-1',
};

function capture() {
  const lines: string[] = [];
  const logger = createLogger({
    service,
    destination: { write: (line: string) => lines.push(line) },
  });
  return { logger, records: () => lines.map(line => JSON.parse(line)) };
}

describe('createLogger', () => {
  it('writes one object per line with time, level in words and who writes', () => {
    const { logger, records } = capture();
    logger.info({ order: 7 }, 'Hello');
    expect(records()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        service,
        order: 7,
        message: 'Hello',
      },
    ]);
  });

  it('keeps secrets out, wherever a careless line puts them', () => {
    const { logger, records } = capture();
    logger.info(
      {
        password: 'hunter2',
        headers: { authorization: 'Bearer hunter2', 'set-cookie': 'hunter2' },
        config: { database: { DATABASE_URL: 'postgresql://u:hunter2@db' } },
        payment: { card: { cardNumber: 'hunter2', cvc: 'hunter2' } },
      },
      'Careless',
    );
    expect(JSON.stringify(records())).not.toContain('hunter2');
    expect(records()[0].headers.authorization).toBe('[redacted]');
  });

  it('writes errors with their causes and without what drivers hang on them', () => {
    const { logger, records } = capture();
    const cause = Object.assign(new Error('refused'), {
      code: 'ECONNREFUSED',
      parameters: ['hunter2'],
    });
    logger.error({ error: new TypeError('broken', { cause }) }, 'Failed');
    const [{ error }] = records();
    expect(error).toMatchObject({
      type: 'TypeError',
      message: 'broken',
      cause: { type: 'Error', message: 'refused', code: 'ECONNREFUSED' },
    });
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });
});
