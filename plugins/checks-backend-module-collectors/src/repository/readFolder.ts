import { parseOpenSlo } from '@shopfloor/plugin-slo-common';
import { findLiteralSecrets } from './findLiteralSecrets';

/** More are not named. */
const MAX_LITERALS = 20;

/** A file of the folder that declares a service. */
export interface FolderFile {
  /** Below the folder. */
  path: string;
  content: () => Promise<string>;
}

/** Files that are read or counted; the rest of a repository is none of our business. */
export function isOfInterest(path: string): boolean {
  return (
    /^(README\.md|CHANGELOG\.md|Dockerfile|mkdocs\.ya?ml|package\.json|slo\.ya?ml|openapi\.ya?ml|openapi\.json)$/i.test(
      path,
    ) ||
    /^docs\/.+\.md$/.test(path) ||
    isManifest(path) ||
    /\.(test|spec)\.[cm]?[jt]sx?$/.test(path)
  );
}

/** Files that are applied to a cluster, or from which such files are made. */
function isManifest(path: string): boolean {
  return /^(deploy|k8s|manifests|chart)\/.+\.ya?ml$/.test(path);
}

/** What a folder holds. */
export async function readFolder(files: FolderFile[]) {
  const find = (pattern: RegExp) =>
    files.find(({ path }) => pattern.test(path));
  const text = async (pattern: RegExp) =>
    (await find(pattern)?.content()) ?? '';
  const runbook = find(/^docs\/runbook\.md$/i);
  const dockerfile = await text(/^Dockerfile$/i);
  const slo = find(/^slo\.ya?ml$/);
  const parsed = slo
    ? parseOpenSlo(await slo.content(), { file: slo.path })
    : undefined;
  const manifests = files.filter(({ path }) => isManifest(path));
  const literals = await Promise.all(
    manifests.map(async ({ path, content }) =>
      findLiteralSecrets(path, await content()),
    ),
  );
  return {
    layout: {
      readme: words(await text(/^README\.md$/i)),
      techdocs: find(/^mkdocs\.ya?ml$/) !== undefined,
      docs: files.filter(({ path }) => path.startsWith('docs/')).length,
      openapi: find(/^openapi\./) !== undefined,
      tests: files.filter(({ path }) => /\.(test|spec)\./.test(path)).length,
    },
    runbook: {
      found: runbook !== undefined,
      words: runbook ? words(await runbook.content()) : 0,
    },
    image: readDockerfile(dockerfile),
    manifests: {
      files: manifests.length,
      literals: literals.flat().slice(0, MAX_LITERALS),
    },
    slos: {
      file: slo?.path ?? '',
      objectives: parsed?.slos.map(({ name }) => name).sort() ?? [],
      errors:
        parsed?.problems
          .filter(({ severity }) => severity === 'error')
          .map(({ line, message }) => `${line}: ${message}`) ?? [],
    },
  };
}

/** How an image is built. The user and the base are those of the last stage, which is what runs. */
export function readDockerfile(text: string) {
  const lines = text
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map(line => line.trim());
  const of = (instruction: string) =>
    lines.flatMap(line => {
      const match = new RegExp(`^${instruction}\\s+(.+)$`, 'i').exec(line);
      return match ? [match[1].trim()] : [];
    });
  const lastStage = lines.findLastIndex(line => /^FROM\s/i.test(line));
  const user = lines
    .slice(Math.max(lastStage, 0))
    .flatMap(line => /^USER\s+(\S+)/i.exec(line)?.[1] ?? [])
    .at(-1);
  return {
    found: text.trim() !== '',
    stages: of('FROM').length,
    user: user ?? '',
    runsAsRoot: user === undefined || /^(root|0)(:|$)/.test(user),
  };
}

/** Words of a Markdown text, code and tables included. */
function words(text: string): number {
  return text.split(/\s+/).filter(part => /[\p{L}\p{N}]/u.test(part)).length;
}
