import { findBreakingApiChanges } from './compatibility/openApiCompatibility.ts';
import { describeDifferences } from './compatibility/schemaCompatibility.ts';
import {
  readPublishedApis,
  readServiceApi,
  servicesWithApi,
  servicesWithPublishedApi,
} from './openApiFiles.ts';

const published = servicesWithPublishedApi().flatMap(readPublishedApis);

describe('published APIs', () => {
  it('exist of every service, in the major version that it offers', () => {
    const offered = servicesWithApi().map(service => readServiceApi(service)!);
    expect(offered.length).toBeGreaterThan(0);
    const majors = ({ service, major }: { service: string; major: number }) =>
      `${service} ${major}`;
    expect(new Set(published.map(majors))).toEqual(
      new Set(offered.map(majors)),
    );
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
