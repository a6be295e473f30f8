import { TrailVerification } from '@shopfloor/plugin-audit-common';
import {
  ArchivePlace,
  ArchiveSeal,
  StreamVerifier,
} from '@shopfloor/plugin-audit-node';
import { KnownKeys } from './AnchorKeys';
import { AnchorStore } from './AnchorStore';
import { ArchiveStore } from './ArchiveStore';
import { TrailStore } from './TrailStore';

const PAGE = 1_000;

/** Where the parts of a trail are, and who may have signed. */
export interface VerifyTrailOptions {
  store: Pick<TrailStore, 'read' | 'streams' | 'places'>;
  anchors?: Pick<AnchorStore, 'read' | 'streams'>;
  archives?: Pick<ArchiveStore, 'read' | 'seals' | 'streams'>;
  /** Absent: nothing is vouched for. */
  keys?: Pick<KnownKeys, 'isSigned' | 'isSealed'>;
  now: () => Date;
}

/** Reads the whole trail, what is archived too, and says of each stream what was found. */
export async function verifyTrail(
  options: VerifyTrailOptions,
): Promise<TrailVerification> {
  const { store, anchors, archives, now } = options;
  const verifiedAt = now().toISOString();
  const names = new Set([
    ...(await store.streams()),
    ...((await anchors?.streams()) ?? []),
    ...((await archives?.streams()) ?? []),
  ]);
  const streams: TrailVerification['streams'] = [];
  for (const stream of [...names].sort()) {
    streams.push(await verifyStream(stream, options));
  }
  return { verifiedAt, streams };
}

async function verifyStream(
  stream: string,
  { store, anchors, archives, keys }: VerifyTrailOptions,
) {
  // Anchors first: entries that come meanwhile are after them.
  const known = (await anchors?.read(stream)) ?? [];
  const verifier = new StreamVerifier({
    stream,
    anchors: known,
    isSigned: anchor => keys?.isSigned(anchor) ?? false,
  });
  // What is deleted next comes into an archive first, so seals are read after the places.
  const places = await store.places(stream);
  const seals = (await archives?.seals(stream)) ?? [];
  let after = 0;
  for (const { place, seal } of inOrder(places, seals)) {
    await readArchive({ verifier, archives, keys, place, seal });
    after = place.last;
  }
  for (;;) {
    const entries = await store.read(stream, after, PAGE);
    entries.forEach(entry => verifier.add(entry));
    if (entries.length < PAGE) {
      return verifier.finish();
    }
    after = entries[entries.length - 1].sequence;
  }
}

async function readArchive(options: {
  verifier: StreamVerifier;
  archives: VerifyTrailOptions['archives'];
  keys: VerifyTrailOptions['keys'];
  /** As the database has it, where it does. */
  place: ArchivePlace;
  seal: ArchiveSeal | undefined;
}): Promise<void> {
  const { verifier, archives, keys, place, seal } = options;
  if (!archives || !seal) {
    verifier.missArchive(
      place,
      archives ? 'Its seal is not there' : 'No folder of archives is given',
    );
    return;
  }
  verifier.beginArchive(
    seal,
    keys?.isSealed(seal)
      ? undefined
      : 'The signature of its seal does not hold',
  );
  try {
    const sha256 = await archives.read(seal, entry => verifier.add(entry));
    verifier.endArchive(seal, sha256);
  } catch (error) {
    verifier.missArchive(
      place,
      `It cannot be read: ${(error as Error).message}`,
    );
  }
}

/** Archives by their first entry, each with what the database and the folder know of it. */
function inOrder(places: ArchivePlace[], seals: ArchiveSeal[]) {
  const firsts = new Set([...places, ...seals].map(({ first }) => first));
  return [...firsts]
    .sort((a, b) => a - b)
    .map(first => {
      const seal = seals.find(each => each.first === first);
      const place = places.find(each => each.first === first) ?? seal!;
      return { place, seal };
    });
}
