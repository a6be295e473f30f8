import { Knex } from 'knex';
import { SystemConfig } from '../config';
import { expectSuccess, expectVersion, HttpProbe } from './HttpProbe';
import { PostgresProbe } from './PostgresProbe';
import { Probe, ProbeFailure } from './Probe';
import { TcpProbe } from './TcpProbe';

/**
 * Creates what asks a system, or undefined when the configuration gives no address for it.
 */
export function createProbe(
  system: SystemConfig,
  database: Knex,
): Probe | undefined {
  if (system.kind === 'postgres') {
    return new PostgresProbe(database);
  }
  const { url } = system;
  if (url === undefined) {
    return undefined;
  }
  const connection = { ...system, url };
  switch (system.kind) {
    case 'tcp':
      return new TcpProbe({ url });
    case 'http':
      return new HttpProbe(connection, [{ path: '' }]);
    case 'kubernetes':
      return new HttpProbe(connection, [
        { path: '/readyz' },
        {
          path: '/version',
          read: answer => expectVersion(answer, answer.json?.gitVersion),
        },
      ]);
    case 'openid':
      return new HttpProbe(connection, [
        {
          path: '',
          read: answer => {
            expectVersion(answer, answer.json?.issuer);
            return {};
          },
        },
      ]);
    case 'prometheus':
      return new HttpProbe(connection, [
        { path: '/-/ready' },
        {
          path: '/api/v1/status/buildinfo',
          read: answer => expectVersion(answer, answer.json?.data?.version),
        },
      ]);
    case 'alertmanager':
      return new HttpProbe(connection, [
        { path: '/-/ready' },
        {
          path: '/api/v2/status',
          read: answer =>
            expectVersion(answer, answer.json?.versionInfo?.version),
        },
      ]);
    case 'vault':
      return new HttpProbe(connection, [
        {
          path: '/v1/sys/health?standbyok=true&perfstandbyok=true',
          read: ({ status, json }) => {
            if (status === 501 || json?.initialized === false) {
              throw new ProbeFailure('status', 'it is not initialised');
            }
            if (status === 503 || json?.sealed === true) {
              throw new ProbeFailure('status', 'it is sealed');
            }
            return expectVersion({ status, json, text: '' }, json?.version);
          },
        },
      ]);
    case 'istiod':
      return new HttpProbe(connection, [
        {
          path: '/version',
          read: answer => expectVersion(answer, istioVersion(answer.text)),
        },
      ]);
    case 'etcd':
      return new HttpProbe(connection, [
        {
          path: '/health',
          read: answer => {
            expectSuccess(answer);
            if (String(answer.json?.health) !== 'true') {
              throw new ProbeFailure(
                'status',
                'it says that it is not healthy',
              );
            }
            return {};
          },
        },
        {
          path: '/version',
          read: answer => expectVersion(answer, answer.json?.etcdserver),
        },
      ]);
    default:
      throw new Error(
        `Unknown kind of system '${system.kind satisfies never}'`,
      );
  }
}

/** istiod says `version-revision-status`, for example `1.27.0-abc-Clean`. */
function istioVersion(text: string): string {
  return text.trim().split('-')[0];
}
