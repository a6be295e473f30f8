import { join } from 'node:path';
import { askLauncher } from '../supervisor/control.ts';
import type { PartStatus, SandboxStatus } from '../supervisor/types.ts';
import type { CommandEnvironment } from './environment.ts';

/** `npm run status`: a table for people, `--json` for machines. */
export async function status(
  { stateDir }: CommandEnvironment,
  args: string[],
): Promise<number> {
  const launcher = await askLauncher(stateDir);
  if (args.includes('--json')) {
    console.log(statusJson(launcher));
    return 0;
  }
  if (!launcher) {
    console.log('Not running. Start with: npm start');
    return 1;
  }
  console.log(statusTable(launcher.parts, new Date()));
  console.log(
    `\nkubectl --kubeconfig ${join(stateDir, 'kubeconfig')}   logs: npm run logs -- <part>`,
  );
  return 0;
}

/** What machines read: each key is there, also where nothing is known (`null`). */
export function statusJson(sandbox: SandboxStatus | undefined): string {
  return JSON.stringify({
    ready: sandbox?.ready ?? false,
    parts: (sandbox?.parts ?? []).map(part => ({
      name: part.name,
      ready: part.ready,
      state: part.state,
      version: part.version ?? null,
      address: part.address ?? null,
      since: part.since,
      reason: part.reason ?? null,
    })),
  });
}

/** The parts as a table; reasons of more than one line follow beneath. */
export function statusTable(parts: PartStatus[], now: Date): string {
  const rows = parts.map(part => [
    part.name,
    part.state,
    part.version ?? '',
    part.address ?? '',
    since(part.since, now),
    (part.reason ?? '').split('\n')[0],
  ]);
  const table = [['PART', 'STATE', 'VERSION', 'ADDRESS', 'SINCE', 'WHY NOT']]
    .concat(rows)
    .map(row => row.map(cell => cell ?? ''));
  const widths = table[0].map((_title, column) =>
    Math.max(...table.map(row => row[column].length)),
  );
  const lines = table.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
  const details = parts
    .filter(part => part.reason?.includes('\n'))
    .map(part => `\n${part.name}: ${part.reason}`);
  return [...lines, ...details].join('\n');
}

function since(iso: string, now: Date): string {
  const seconds = Math.max(
    0,
    Math.round((now.getTime() - new Date(iso).getTime()) / 1000),
  );
  if (seconds < 60) {
    return `${seconds} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? `${hours} h ${minutes % 60} min`
    : `${Math.floor(hours / 24)} days`;
}
