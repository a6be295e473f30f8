import { Config } from '@backstage/config';
import { AnchorKeys } from './AnchorKeys';
import { AnchorStore, FileAnchorStore } from './AnchorStore';

/** Reads `audit.anchors`; throws on a key that is none. */
export function readAnchors(
  config: Config,
): { store: AnchorStore; keys: AnchorKeys } | undefined {
  const anchors = config.getOptionalConfig('audit.anchors');
  return (
    anchors && {
      store: new FileAnchorStore({ directory: anchors.getString('directory') }),
      keys: AnchorKeys.create({
        signingKey: anchors.getString('signingKey'),
        formerPublicKeys:
          anchors.getOptionalStringArray('formerPublicKeys') ?? [],
      }),
    }
  );
}
