import { TrailArchive } from '@shopfloor/plugin-audit-common';
import { KnownKeys } from './AnchorKeys';
import { ArchiveRecord } from './archiveRecords';
import { ArchiveStore } from './ArchiveStore';

/** Where archives are, and who may have sealed them. */
export interface LookAtArchiveOptions {
  record: ArchiveRecord;
  /** Absent when no folder is configured. */
  archives?: Pick<ArchiveStore, 'find'>;
  /** Absent when no keys are configured. */
  keys?: Pick<KnownKeys, 'isSealed'>;
}

/** What can be said of an archive from its seal and its name; its entries are read by the check of the trail alone. */
export async function lookAtArchive(
  options: LookAtArchiveOptions,
): Promise<TrailArchive> {
  const { record } = options;
  const { stream, first, last, from, until, sealedAt } = record;
  const { found, ...seen } = await stateOf(options);
  const sealed = seen.state === 'sealed' ? found?.seal : undefined;
  const end = until?.toISOString() ?? sealed?.until;
  return {
    stream,
    first,
    last,
    ...(from && { from: from.toISOString() }),
    ...(end && { until: end }),
    sealedAt: sealedAt.toISOString(),
    ...seen,
    ...(found && { file: found.file }),
    ...(found?.bytes !== undefined && { bytes: found.bytes }),
    ...(sealed && { sha256: sealed.sha256, keyId: sealed.keyId }),
  };
}

type Found = Awaited<ReturnType<ArchiveStore['find']>>;
type Seen = Pick<TrailArchive, 'state' | 'problem'> & { found?: Found };

async function stateOf(options: LookAtArchiveOptions): Promise<Seen> {
  const { record, archives, keys } = options;
  if (!archives) {
    return { state: 'unknown', problem: 'no-folder' };
  }
  let found: Found;
  try {
    found = await archives.find(record);
  } catch {
    return { state: 'unknown', problem: 'unreadable' };
  }
  const { seal, bytes } = found;
  if (!seal) {
    return { state: 'missing', problem: 'no-seal', found };
  }
  if (!keys) {
    return { state: 'unknown', problem: 'no-keys', found };
  }
  if (!keys.isSealed(seal)) {
    return { state: 'broken', problem: 'signature', found };
  }
  const { stream, first, last, lastHash } = record;
  if (
    seal.stream !== stream ||
    seal.first !== first ||
    seal.last !== last ||
    seal.lastHash !== lastHash
  ) {
    return { state: 'broken', problem: 'other-entries', found };
  }
  return bytes === undefined
    ? { state: 'missing', problem: 'no-file', found }
    : { state: 'sealed', found };
}
