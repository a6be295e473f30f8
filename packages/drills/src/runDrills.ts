import { runDrill, type Drill, type DrillReport } from './Drill.ts';
import { ScratchPostgres } from './stack/ScratchPostgres.ts';
import { ShopStack } from './stack/ShopStack.ts';

/** Options of {@link runDrills}. */
export interface RunDrillsOptions {
  drills: readonly Drill[];
  /** Where bundles and logs go. */
  workDir: string;
  say(message: string): void;
}

/** Runs drills one after another; those that want the same settings share a stack. */
export async function* runDrills(
  options: RunDrillsOptions,
): AsyncGenerator<DrillReport> {
  const { say, workDir } = options;
  const postgres = await ScratchPostgres.start();
  const bySettings = new Map<string, Drill[]>();
  for (const drill of options.drills) {
    const { serviceEnv = {}, traced = false } = drill;
    const settings = JSON.stringify([serviceEnv, traced]);
    bySettings.set(settings, [...(bySettings.get(settings) ?? []), drill]);
  }
  try {
    for (const drills of bySettings.values()) {
      const [{ serviceEnv, traced }] = drills;
      const stack = await ShopStack.start({
        postgresUrl: postgres.url,
        workDir,
        serviceEnv,
        traced,
      });
      try {
        for (const drill of drills) {
          yield await runDrill(drill, { stack, postgres, say });
        }
      } finally {
        await stack.stop();
      }
    }
  } finally {
    await postgres.remove();
  }
}
