import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { isAlive, startTimeOf } from '../supervisor/processes.ts';
import {
  eventually,
  LiveSandbox,
  required,
  testDeployment,
  testImage,
} from '../testing/LiveSandbox.ts';

/** Rolls and back-offs take their time, more so on a busy machine. */
const timeoutMs = 120_000;

const withoutProxy = { 'sidecar.istio.io/inject': 'false' };

describe('the node agent under a real API server', () => {
  let sandbox: LiveSandbox;

  beforeAll(async () => {
    sandbox = await LiveSandbox.create('agent-test');
    await sandbox.apply(
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'greeting' },
        data: { text: Buffer.from('hello').toString('base64') },
      },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'settings' },
        data: { FROM_MAP: 'yes' },
      },
    );
  }, timeoutMs);
  afterAll(() => sandbox?.destroy());

  const greeting = {
    name: 'GREETING',
    valueFrom: { secretKeyRef: { name: 'greeting', key: 'text' } },
  };
  const environment = {
    env: [
      greeting,
      { name: 'URL', value: 'http://$(GREETING)' },
      {
        name: 'LABEL',
        valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } },
      },
    ],
    envFrom: [{ configMapRef: { name: 'settings' } }],
  };

  it(
    'runs a pod with its environment and shows its log',
    async () => {
      await sandbox.apply(
        testDeployment({
          app: 'env',
          container: environment,
          annotations: withoutProxy,
        }),
      );
      const [pod] = await sandbox.ready('env', 1);
      expect(pod.status).toMatchObject({
        phase: 'Running',
        hostIP: '127.0.0.1',
        containerStatuses: [{ ready: true, started: true, restartCount: 0 }],
      });
      const log = await sandbox.kubectl('logs', pod.metadata.name);
      expect(JSON.parse(log.split('\n')[0])).toEqual({
        message: 'started',
        GREETING: 'hello',
        FROM_MAP: 'yes',
        url: 'http://hello',
        LABEL: 'env',
        SERVICE_VERSION: 'v1',
        POD_NAME: pod.metadata.name,
        POD_NAMESPACE: sandbox.namespace,
      });
      expect(
        await sandbox.kubectl(
          'logs',
          pod.metadata.name,
          '--timestamps',
          '--tail=1',
        ),
      ).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z \{/);
    },
    timeoutMs,
  );

  it(
    'rolls and scales with as many processes as pods',
    async () => {
      const app = 'rolling';
      await sandbox.apply(
        testDeployment({ app, replicas: 2, annotations: withoutProxy }),
      );
      const before = await sandbox.ready(app, 2);
      const ports = before.map(pod => sandbox.ports(pod));
      expect(new Set(ports.map(p => p.app)).size).toBe(2);

      await sandbox.apply(
        testDeployment({
          app,
          replicas: 3,
          annotations: { ...withoutProxy, 'test/change': '1' },
        }),
      );
      const after = await eventually(async () => {
        const pods = await sandbox.ready(app, 3);
        const names = new Set(before.map(p => p.metadata.name));
        expect(pods.some(p => names.has(p.metadata.name))).toBe(false);
        return pods;
      });
      await eventually(async () =>
        ports.forEach(p => expect(startTimeOf(p.pid)).toBeUndefined()),
      );

      await sandbox.kubectl('scale', `deployment/${app}-v1`, '--replicas=1');
      const [left] = await sandbox.ready(app, 1);
      const pid = sandbox.ports(left).pid;
      expect(isAlive({ pid, startTime: startTimeOf(pid)! })).toBe(true);
      expect(after.map(p => p.metadata.name)).toContain(left.metadata.name);
    },
    timeoutMs,
  );

  it(
    'runs preStop before it asks the program to end',
    async () => {
      const app = 'leaving';
      await sandbox.apply(
        testDeployment({
          app,
          annotations: withoutProxy,
          container: {
            lifecycle: {
              preStop: { httpGet: { path: '/prestop', port: 'http' } },
            },
          },
        }),
      );
      const [pod] = await sandbox.ready(app, 1);
      const following = sandbox.kubectlUntilEnd(
        'logs',
        '-f',
        pod.metadata.name,
      );
      await eventually(async () =>
        expect(await sandbox.kubectl('logs', pod.metadata.name)).toContain(
          'started',
        ),
      );
      await sandbox.kubectl('delete', `deployment/${app}-v1`);
      const messages = (await following)
        .split('\n')
        .filter(line => line.startsWith('{'))
        .map(line => JSON.parse(line).message);
      expect(messages).toEqual(['started', 'prestop', 'terminating']);
      await eventually(async () => expect(await sandbox.pods(app)).toEqual([]));
    },
    timeoutMs,
  );

  it(
    'backs off from a program that crashes and keeps its last words',
    async () => {
      const app = 'crashing';
      await sandbox.apply(
        testDeployment({
          app,
          annotations: withoutProxy,
          container: { env: [{ name: 'CRASH', value: '3' }] },
        }),
      );
      const pod = await eventually(async () => {
        const [found] = await sandbox.pods(app);
        const [status] = found.status?.containerStatuses ?? [];
        expect(status.restartCount).toBeGreaterThanOrEqual(2);
        expect(status.state.waiting?.reason).toBe('CrashLoopBackOff');
        expect(status.lastState.terminated).toMatchObject({
          exitCode: 3,
          reason: 'Error',
        });
        return found;
      });
      expect(
        await sandbox.kubectl('logs', '--previous', pod.metadata.name),
      ).toContain('crashing');
      const events = await sandbox.kubectl(
        'get',
        'events',
        '--field-selector',
        `involvedObject.name=${pod.metadata.name},reason=BackOff`,
      );
      expect(events).toContain('restarting failed container=main');
      await sandbox.kubectl('delete', `deployment/${app}-v1`);
    },
    timeoutMs,
  );

  it(
    'restarts a program that fails its liveness probe',
    async () => {
      const app = 'sick';
      await sandbox.apply(
        testDeployment({
          app,
          annotations: withoutProxy,
          container: {
            livenessProbe: {
              httpGet: { path: '/health', port: 'http' },
              periodSeconds: 1,
              // A busy machine answers late; only being sick may restart it.
              timeoutSeconds: 10,
              failureThreshold: 2,
            },
          },
        }),
      );
      const [pod] = await sandbox.ready(app, 1);
      await fetch(`http://127.0.0.1:${sandbox.ports(pod).app}/sicken`);
      await eventually(async () => {
        const [now] = await sandbox.ready(app, 1);
        expect(now.status!.containerStatuses![0].restartCount).toBe(1);
      });
    },
    timeoutMs,
  );

  it(
    'says what is missing and goes on when it comes',
    async () => {
      const waiting = (app: string, reason: string, message: string) =>
        eventually(async () => {
          const [pod] = await sandbox.pods(app);
          const state = pod.status?.containerStatuses?.[0].state.waiting;
          expect(state?.reason).toBe(reason);
          expect(state?.message).toContain(message);
        });
      await sandbox.apply(
        testDeployment({
          app: 'imageless',
          annotations: withoutProxy,
          container: { image: 'shopfloor.local/agent-test:9.9.9' },
        }),
        testDeployment({
          app: 'secretless',
          annotations: withoutProxy,
          container: {
            env: [
              {
                name: 'GREETING',
                valueFrom: { secretKeyRef: { name: 'later', key: 'text' } },
              },
            ],
          },
        }),
      );
      await waiting('imageless', 'ErrImagePull', 'has not been built');
      await waiting(
        'secretless',
        'CreateContainerConfigError',
        'secret "later" not found',
      );
      await sandbox.apply({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'later' },
        data: { text: 'aGk=' },
      });
      await sandbox.ready('secretless', 1);
      await sandbox.kubectl('delete', 'deployment/imageless-v1');
    },
    timeoutMs,
  );

  it(
    'runs init containers to their end first, and a job until it is done',
    async () => {
      await sandbox.apply(
        testDeployment({
          app: 'prepared',
          annotations: withoutProxy,
          spec: {
            initContainers: [
              {
                name: 'migrate',
                image: 'shopfloor.local/agent-test:1.0.0',
                command: ['node', '-e', "console.log('migrated')"],
              },
            ],
          },
        }),
        {
          apiVersion: 'batch/v1',
          kind: 'Job',
          metadata: { name: 'once' },
          spec: {
            template: {
              spec: {
                restartPolicy: 'Never',
                containers: [
                  {
                    name: 'main',
                    image: 'shopfloor.local/agent-test:1.0.0',
                    command: ['node', '-e', "console.log('done')"],
                  },
                ],
              },
            },
          },
        },
      );
      const [pod] = await sandbox.ready('prepared', 1);
      expect(
        await sandbox.kubectl('logs', pod.metadata.name, '-c', 'migrate'),
      ).toBe('migrated\n');
      await sandbox.kubectl(
        'wait',
        '--for=condition=complete',
        'job/once',
        '--timeout=60s',
      );
      expect(await sandbox.kubectl('logs', 'job/once')).toBe('done\n');
    },
    timeoutMs,
  );

  it(
    'gives containers their volumes: a folder that they share, files of a ConfigMap with paths of this machine, a token for whom it is',
    async () => {
      const app = 'volumes';
      await sandbox.apply(
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'volume-config' },
          data: { 'main.conf': 'out=/work/shared/out\n' },
        },
        testDeployment({
          app,
          annotations: withoutProxy,
          spec: {
            volumes: [
              { name: 'shared', emptyDir: { medium: 'Memory' } },
              { name: 'config', configMap: { name: 'volume-config' } },
              {
                name: 'token',
                projected: {
                  sources: [
                    {
                      serviceAccountToken: {
                        audience: 'vault',
                        expirationSeconds: 600,
                        path: 'token',
                      },
                    },
                  ],
                },
              },
            ],
            initContainers: [
              {
                name: 'first',
                image: testImage,
                command: ['node', '-e'],
                args: [
                  `const fs = require('node:fs');
                   const out = fs.readFileSync('/work/config/main.conf', 'utf8').trim().split('=')[1];
                   fs.writeFileSync(out, fs.readFileSync(process.env.TOKEN));`,
                ],
                env: [{ name: 'TOKEN', value: '/work/token/token' }],
                volumeMounts: [
                  { name: 'shared', mountPath: '/work/shared' },
                  { name: 'config', mountPath: '/work/config' },
                  { name: 'token', mountPath: '/work/token' },
                ],
              },
            ],
          },
          container: {
            env: [{ name: 'GREETING', value: '/data/out' }],
            volumeMounts: [{ name: 'shared', mountPath: '/data' }],
            readinessProbe: {
              exec: { command: ['test', '-s', '/data/out'] },
              periodSeconds: 1,
            },
          },
        }),
      );
      const [pod] = await sandbox.ready(app, 1);
      const log = await sandbox.kubectl('logs', pod.metadata.name);
      const file: string = JSON.parse(log.split('\n')[0]).GREETING;
      expect(file).toContain(`${sandbox.namespace}_${pod.metadata.name}`);
      const claims = decodeJwt(readFileSync(file, 'utf8'));
      expect(claims).toMatchObject({
        aud: ['vault'],
        'kubernetes.io': { pod: { name: pod.metadata.name } },
      });
      await sandbox.kubectl('delete', `deployment/${app}-v1`);
      await eventually(async () => expect(existsSync(file)).toBe(false));
    },
    timeoutMs,
  );

  it(
    'runs a second container with a life of its own',
    async () => {
      const app = 'two';
      const deployment = testDeployment({ app, annotations: withoutProxy });
      const spec = (deployment.spec as any).template.spec;
      spec.volumes = [{ name: 'shared', emptyDir: {} }];
      spec.containers.push({
        name: 'helper',
        image: testImage,
        command: ['node', '-e'],
        args: [
          `require('node:fs').appendFileSync('/shared/starts', 'x');
           setInterval(() => { if (require('node:fs').existsSync('/shared/end')) process.exit(3); }, 50);`,
        ],
        volumeMounts: [{ name: 'shared', mountPath: '/shared' }],
        readinessProbe: {
          exec: { command: ['test', '-s', '/shared/starts'] },
          periodSeconds: 1,
        },
      });
      await sandbox.apply(deployment);
      const pod = await eventually(async () => {
        const [found] = await sandbox.ready(app, 1);
        expect(found.status!.containerStatuses).toHaveLength(2);
        return found;
      });
      const shared = join(
        sandbox.stateDir,
        `pods/${sandbox.namespace}_${pod.metadata.name}/volumes/shared/shared`,
      );
      writeFileSync(join(shared, 'end'), '');
      await eventually(async () => {
        const [now] = await sandbox.pods(app);
        const [main, helper] = now.status!.containerStatuses!;
        expect(helper.restartCount).toBeGreaterThanOrEqual(1);
        expect(helper.lastState.terminated?.exitCode).toBe(3);
        expect(main.restartCount).toBe(0);
      });
      rmSync(join(shared, 'end'));
      // Readiness alone may still be that of the container's first life.
      await eventually(async () =>
        expect(
          readFileSync(join(shared, 'starts'), 'utf8').length,
        ).toBeGreaterThanOrEqual(2),
      );
      await sandbox.ready(app, 1);
      await sandbox.kubectl('delete', `deployment/${app}-v1`);
    },
    timeoutMs,
  );

  it(
    'ends a job that failed, with its exit code',
    async () => {
      await sandbox.apply({
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'failing' },
        spec: {
          backoffLimit: 0,
          template: {
            metadata: { labels: { app: 'failing' } },
            spec: {
              restartPolicy: 'Never',
              containers: [
                {
                  name: 'main',
                  image: testImage,
                  command: ['node', '-e', "console.log('no'); process.exit(7)"],
                },
              ],
            },
          },
        },
      });
      await sandbox.kubectl(
        'wait',
        '--for=condition=failed',
        'job/failing',
        '--timeout=60s',
      );
      const [pod] = await sandbox.pods('failing');
      expect(pod.status).toMatchObject({
        phase: 'Failed',
        containerStatuses: [{ state: { terminated: { exitCode: 7 } } }],
      });
      expect(await sandbox.kubectl('logs', pod.metadata.name)).toBe('no\n');
    },
    timeoutMs,
  );

  it(
    'gives logs to the API server only',
    async () => {
      const [pod] = await sandbox.ready('env', 1);
      const port = Number(required('SHOPFLOOR_TEST_PORT_BASE')) + 50;
      const status = await new Promise<number | undefined>(
        (resolve, reject) => {
          request(
            {
              host: '127.0.0.1',
              port,
              path: `/containerLogs/${sandbox.namespace}/${pod.metadata.name}/main`,
              rejectUnauthorized: false,
            },
            answer => {
              answer.resume();
              resolve(answer.statusCode);
            },
          )
            .once('error', reject)
            .end();
        },
      );
      expect(status).toBe(401);
    },
    timeoutMs,
  );
});
