import { findBreakingApiChanges } from './compatibility/openApiCompatibility.ts';
import { describeDifferences } from './compatibility/schemaCompatibility.ts';
import {
  readPublishedApis,
  readServiceApi,
  servicesWithPublishedApi,
} from './openApiFiles.ts';

const published = servicesWithPublishedApi().flatMap(readPublishedApis);

describe('published APIs', () => {
  it('exist', () => {
    expect(published.length).toBeGreaterThan(0);
  });

  it.each(
    published.map(api => [`${api.service} ${api.version}`, api] as const),
  )(
    'callers of %s are served by what the service offers now',
    (_, { service, major, document }) => {
      const now = readServiceApi(service);
      const versions = readPublishedApis(service).map(api => api.major);
      // A major version lives until the service is on a later one.
      expect(Math.max(...versions)).toBeLessThanOrEqual(now!.major);
      expect(
        now!.major === major
          ? describeDifferences(findBreakingApiChanges(document, now!.document))
          : [],
      ).toEqual([]);
    },
  );
});
