import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { mockServices } from '@backstage/backend-test-utils';
import express from 'express';
import { createForwarder } from './createForwarder';

const servers: Server[] = [];

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function portal(backendUrl: string | undefined): Promise<string> {
  const app = express();
  app.use(
    '/api/secrets',
    createForwarder({
      backendUrl,
      path: '/api/secrets',
      deadlineMs: 30_000,
      logger: mockServices.logger.mock(),
    }),
  );
  app.use(
    (
      error: Error,
      _req: express.Request,
      res: express.Response,
      _next: express.NextFunction,
    ) => {
      res.status(503).json({ name: error.name, message: error.message });
    },
  );
  return listen(createServer(app));
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise(done => server.close(done));
  }
});

describe('forwarding to another backend', () => {
  it('passes on method, path, query, headers and body, and the answer back', async () => {
    const url = await listen(
      createServer(async (req, res) => {
        const chunks: Buffer[] = [];
        for await (const chunk of req) {
          chunks.push(chunk as Buffer);
        }
        res.writeHead(201, { 'x-answer': 'yes' });
        res.end(
          JSON.stringify({
            method: req.method,
            url: req.url,
            authorization: req.headers.authorization,
            key: req.headers['idempotency-key'],
            body: Buffer.concat(chunks).toString(),
          }),
        );
      }),
    );
    const answer = await fetch(
      `${await portal(url)}/api/secrets/grants?a=b%20c`,
      {
        method: 'POST',
        headers: { authorization: 'Bearer x', 'idempotency-key': 'k' },
        body: 'text',
      },
    );
    expect(answer.status).toBe(201);
    expect(answer.headers.get('x-answer')).toBe('yes');
    expect(await answer.json()).toEqual({
      method: 'POST',
      url: '/api/secrets/grants?a=b%20c',
      authorization: 'Bearer x',
      key: 'k',
      body: 'text',
    });
  });

  it('streams: the first part arrives while the last is not written', async () => {
    let finish = () => {};
    const url = await listen(
      createServer((_req, res) => {
        res.write('first');
        finish = () => res.end('last');
      }),
    );
    const { body } = await fetch(`${await portal(url)}/api/secrets/x`);
    const reader = body!.getReader();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('first');
    finish();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('last');
  });

  it('says so while the other is away, and when none is connected', async () => {
    const gone = createServer();
    const url = await listen(gone);
    await new Promise(done => gone.close(done));
    const away = await fetch(`${await portal(url)}/api/secrets/grants`);
    expect(away.status).toBe(503);
    expect((await away.json()).message).toContain('Nothing is lost');
    const none = await fetch(`${await portal(undefined)}/api/secrets/grants`);
    expect((await none.json()).message).toContain('secrets.backendUrl');
  });

  it('breaks an answer that broke, instead of ending it', async () => {
    const url = await listen(
      createServer((_req, res) => {
        res.writeHead(200, { 'content-length': '100' });
        res.write('half');
        setImmediate(() => res.destroy());
      }),
    );
    const answer = await fetch(`${await portal(url)}/api/secrets/x`);
    await expect(answer.text()).rejects.toThrow();
  });
});
