import { createLogger } from '../logging/createLogger.ts';
import { ServiceMetrics } from '../metrics/ServiceMetrics.ts';

/** What a test gets to make parts of the kit with. */
export interface TestMaterials {
  metrics: ServiceMetrics;
  logger: ReturnType<typeof createLogger>;
  lines: string[];
}

/** Things to make a part with, and the lines it logs. */
export function testMaterials(): TestMaterials {
  const lines: string[] = [];
  return {
    metrics: ServiceMetrics.create({ processMetrics: false }),
    logger: createLogger({
      service: {
        name: 'things',
        version: '1',
        release: 'v1',
        environment: 'test',
        instance: 'i',
      },
      destination: { write: (line: string) => void lines.push(line) },
    }),
    lines,
  };
}

/** A promise that is settled from outside. */
export function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
