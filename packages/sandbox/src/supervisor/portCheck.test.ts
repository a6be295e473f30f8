import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { PORT_NAMES, portSetting, readPorts } from '../config/ports.ts';
import { describeTakenPorts, takenPorts } from './portCheck.ts';

describe('readPorts', () => {
  it('has the documented defaults', () => {
    const ports = readPorts({});
    expect(ports).toMatchObject({
      portal: 7007,
      oidc: 7010,
      shopOidc: 7011,
      postgres: 7032,
      etcdPeer: 7080,
      istiodWebhook: 7116,
      openbaoCluster: 7201,
      apiserver: 7443,
      gateway: 8080,
      pods: 9000,
    });
  });

  it('moves all with the base, and one by its own setting', () => {
    const ports = readPorts({
      SHOPFLOOR_PORT_BASE: '17000',
      SHOPFLOOR_PORT_PORTAL: '8123',
    });
    expect(ports.portal).toBe(8123);
    expect(ports.gatewayStatus).toBe(18082);
  });

  it('stays below the ports that systems give to outgoing connections', () => {
    const ports = readPorts({ SHOPFLOOR_PORT_BASE: '28000' });
    expect(Math.max(...Object.values(ports)) + 1999).toBeLessThan(32768);
    expect(() => readPorts({ SHOPFLOOR_PORT_BASE: '28001' })).toThrow(
      'between 1024 and 28000',
    );
  });

  it.each([
    [{ SHOPFLOOR_PORT_BASE: 'x' }, 'SHOPFLOOR_PORT_BASE is "x"'],
    [{ SHOPFLOOR_PORT_OIDC: '80' }, 'SHOPFLOOR_PORT_OIDC is 80'],
    [
      { SHOPFLOOR_PORT_OIDC: '7007' },
      'oidc and portal would both listen on port 7007',
    ],
  ])('refuses %j', (env, message) => {
    expect(() => readPorts(env)).toThrow(message);
  });

  it('names the settings as the documentation does', () => {
    expect(portSetting('controllerManager')).toBe(
      'SHOPFLOOR_PORT_CONTROLLER_MANAGER',
    );
    expect(new Set(PORT_NAMES.map(portSetting)).size).toBe(PORT_NAMES.length);
  });
});

describe('takenPorts', () => {
  let server: Server;

  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => {
    server.close();
  });

  it('names the part and the setting that moves it', async () => {
    const { port } = server.address() as { port: number };
    const ports = { ...readPorts({}), portal: port };
    const taken = await takenPorts(ports, ['portal']);
    expect(taken).toEqual([
      { name: 'portal', port, setting: 'SHOPFLOOR_PORT_PORTAL' },
    ]);
    expect(describeTakenPorts(taken)).toContain(
      `Port ${port} (portal) is taken by another program. Move it with SHOPFLOOR_PORT_PORTAL=<free port>.`,
    );
  });
});
