import { readShopperOptions, ShopperOptionsError } from './options.ts';
import { describeReport, runShoppers } from './runShoppers.ts';

async function main(): Promise<number> {
  const options = readShopperOptions(process.argv.slice(2), process.env);
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  process.once('SIGINT', () => stop.abort());
  const report = await runShoppers({
    ...options,
    signal: stop.signal,
    print: line => process.stdout.write(`${line}\n`),
    // Supervised, each line is kept in a log file.
    reportEveryMs: options.minutes === undefined ? 60_000 : 10_000,
  });
  if (report) {
    process.stdout.write(
      `Done after ${report.seconds.toFixed(0)} s: ${describeReport(report)}\n`,
    );
  }
  return 0;
}

main().then(
  code => process.exit(code),
  error => {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(error instanceof ShopperOptionsError ? 2 : 1);
  },
);
