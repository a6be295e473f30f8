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

/** Runs drills one after another: those that need no settings of their own on one stack, each other one on its own. */
export async function* runDrills(
  options: RunDrillsOptions,
): AsyncGenerator<DrillReport> {
  const { say, workDir } = options;
  const postgres = await ScratchPostgres.start();
  let shared: ShopStack | undefined;
  try {
    const start = (drill?: Drill) =>
      ShopStack.start({
        postgresUrl: postgres.url,
        workDir,
        serviceEnv: drill?.serviceEnv,
      });
    const common = options.drills.filter(({ serviceEnv }) => !serviceEnv);
    const own = options.drills.filter(({ serviceEnv }) => serviceEnv);
    for (const drill of common) {
      shared ??= await start();
      yield await runDrill(drill, { stack: shared, postgres, say });
    }
    await shared?.stop();
    shared = undefined;
    for (const drill of own) {
      const stack = await start(drill);
      try {
        yield await runDrill(drill, { stack, postgres, say });
      } finally {
        await stack.stop();
      }
    }
  } finally {
    await shared?.stop();
    await postgres.remove();
  }
}
