import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ProcessPart, SandboxContext } from '../supervisor/types.ts';
import type { Heartbeat } from './runShoppers.ts';

/** Requests per second of the shoppers that browse by default. */
export const DEFAULT_RATE = 5;

const HEARTBEAT_AGE_MS = 15_000;

/**
 * The shoppers that browse production at a gentle rate from the start on. They
 * come when the shop is deployed: whoever knocks before is refused, and a
 * refused request counts against the objectives of the service.
 */
export function shoppersPart(
  context: Pick<SandboxContext, 'nodePath' | 'ports' | 'stateDir'>,
): ProcessPart {
  const heartbeat = path.join(context.stateDir, 'shoppers', 'heartbeat.json');
  return {
    kind: 'process',
    name: 'shoppers',
    dependsOn: ['deploy'],
    prepare: () => rm(heartbeat, { force: true }),
    address: `http://production.shop.localhost:${context.ports.gateway}`,
    command: () => ({
      file: context.nodePath,
      args: [
        path.join(import.meta.dirname, 'main.ts'),
        '--rate',
        String(DEFAULT_RATE),
        '--until-stopped',
        '--gateway',
        `http://127.0.0.1:${context.ports.gateway}`,
        '--heartbeat',
        heartbeat,
      ],
    }),
    health: {
      kind: 'check',
      check: async () => {
        const text = await readFile(heartbeat, 'utf8').catch(() => undefined);
        if (!text) {
          throw new Error('has not entered the shop yet');
        }
        const { at, state, reason } = JSON.parse(text) as Heartbeat;
        if (Date.now() - Date.parse(at) > HEARTBEAT_AGE_MS) {
          throw new Error(`has not been heard of since ${at}`);
        }
        if (state !== 'browsing') {
          throw new Error(`waits: ${reason ?? 'the shop is not open'}`);
        }
      },
    },
    startTimeoutMs: 300_000,
    unhealthyRestartMs: false,
    stopGraceMs: 8000,
  };
}
