import { AuditorService } from '@backstage/backend-plugin-api';
import { InputError, NotAllowedError } from '@backstage/errors';
import express, { Request } from 'express';
import { audited } from './audited';
import { auditRefusals } from './auditRefusals';

describe('a refused write', () => {
  const acts: Array<{ eventId: string; path?: unknown; ended: string[] }> = [];
  let away = false;
  const auditor = {
    createEvent: async ({ eventId, meta }) => {
      if (away) {
        throw new Error('away');
      }
      const act = { eventId, path: meta?.path, ended: [] as string[] };
      acts.push(act);
      return {
        success: async () => void act.ended.push('success'),
        fail: async ({ error }) => void act.ended.push(error.message),
      };
    },
  } as AuditorService;
  const warnings: string[] = [];

  /** Answers with the name of the error, as the framework does. */
  const send = async (method: string, path: string) => {
    const router = express.Router();
    router.post('/early', () => {
      throw new InputError('early');
    });
    router.get('/early', () => {
      throw new InputError('early');
    });
    router.post('/nobody', () => {
      throw Object.assign(new Error('who'), { name: 'AuthenticationError' });
    });
    router.post('/late', (req, res, next) => {
      audited(
        auditor,
        { eventId: 'late', request: req, meta: {} },
        async () => {
          throw new NotAllowedError('late');
        },
      ).then(() => res.end(), next);
    });
    router.post('/done', (req, res, next) => {
      audited(
        auditor,
        { eventId: 'done', request: req, meta: {} },
        async () => 1,
      ).then(() => res.json({}), next);
    });
    const app = express();
    app.use(
      auditRefusals(router, {
        auditor,
        logger: { warn: (text: string) => warnings.push(text) } as never,
        except: at => at === '/except',
      }),
    );
    app.use(
      (
        error: Error,
        _req: Request,
        res: express.Response,
        _next: express.NextFunction,
      ) => {
        res.status(400).send(error.name);
      },
    );
    const server = app.listen(0, '127.0.0.1');
    await new Promise(done => server.once('listening', done));
    try {
      const { port } = server.address() as { port: number };
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method });
      return await answer.text();
    } finally {
      server.closeAllConnections();
      await new Promise(done => server.close(done));
    }
  };

  beforeEach(() => {
    acts.length = 0;
    warnings.length = 0;
    away = false;
  });

  it.each([
    ['POST', '/early', [['write-refused', '/early', ['early']]]],
    ['GET', '/early', []],
    ['POST', '/nobody', []],
    ['POST', '/late', [['late', undefined, ['late']]]],
    ['POST', '/done', [['done', undefined, ['success']]]],
  ])('%s %s leaves %j', async (method, path, expected) => {
    await send(method, path);
    expect(
      acts.map(({ eventId, path: at, ended }) => [eventId, at, ended]),
    ).toEqual(expected);
  });

  it('stays refused when the audit is away, and the log says so', async () => {
    away = true;
    expect(await send('POST', '/early')).toBe('InputError');
    expect(warnings).toEqual([expect.stringMatching(/POST \/early is not in/)]);
  });
});
