import type { ScratchPostgres } from './stack/ScratchPostgres.ts';
import type { ShopStack } from './stack/ShopStack.ts';

/** What a drill works with. */
export interface DrillContext {
  stack: ShopStack;
  postgres: ScratchPostgres;
  /** Says what goes on, for people. */
  say(message: string): void;
  /** Notes one figure of the report. */
  figure(name: string, value: string | number): void;
  /** Notes one thing that must hold; a drill with one that does not has failed. */
  check(name: string, holds: boolean, detail?: string): void;
}

/** Something that goes wrong on purpose, and what must hold all the same. */
export interface Drill {
  /** In the command, kebab-case. */
  name: string;
  /** One sentence: what breaks and what must hold. */
  title: string;
  /** Variables for services while this drill runs; drills with the same share a stack. */
  serviceEnv?: Readonly<Record<string, Record<string, string>>>;
  /** Whether every request of every service is traced, to `stack.traces`. */
  traced?: boolean;
  run(context: DrillContext): Promise<void>;
}

/** How a drill went. */
export interface DrillReport {
  name: string;
  title: string;
  seconds: number;
  figures: Record<string, string | number>;
  checks: { name: string; holds: boolean; detail?: string }[];
  /** Why it did not come to its end. */
  error?: string;
}

/** Whether everything that must hold did. A drill without checks has shown nothing. */
export function succeeded(report: DrillReport): boolean {
  return (
    report.error === undefined &&
    report.checks.length > 0 &&
    report.checks.every(({ holds }) => holds)
  );
}

/** Runs one drill on a stack that is there. */
export async function runDrill(
  drill: Drill,
  context: Pick<DrillContext, 'stack' | 'postgres' | 'say'>,
): Promise<DrillReport> {
  const startedAt = performance.now();
  const report: DrillReport = {
    name: drill.name,
    title: drill.title,
    seconds: 0,
    figures: {},
    checks: [],
  };
  try {
    await drill.run({
      ...context,
      figure: (name, value) => {
        report.figures[name] = value;
      },
      check: (name, holds, detail) => {
        report.checks.push({ name, holds, ...(!holds && { detail }) });
        context.say(
          `${holds ? '✓' : '✗'} ${name}${holds ? '' : `: ${detail}`}`,
        );
      },
    });
  } catch (error) {
    report.error = (error as Error).stack ?? String(error);
    context.say(`✗ ${report.error}`);
  }
  report.seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  return report;
}
