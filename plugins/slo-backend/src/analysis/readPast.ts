import {
  CountedPast,
  CountsSource,
  pastOfBuckets,
  pastOfWhole,
} from '@shopfloor/plugin-slo-common';
import { isWhole, weightsOf } from '../evaluation/wholeOf';
import { StoredSlo } from '../store/SloStore';
import { readBuckets, ReadBucketsOptions } from './readBuckets';

/** Counts of a stretch of the past, of a single objective or of a weighted whole. */
export interface PastCounts {
  past: CountedPast;
  /** Seconds of the stretch for which there is data, of every part. */
  coverageSeconds: number;
  source: CountsSource;
}

/** As {@link readBuckets}, and of a weighted whole as the past of its parts, each counted as the objective or SLO that it is. */
export async function readPast(
  options: ReadBucketsOptions & {
    /** Steps of a journey, in its order. */
    steps: StoredSlo[];
  },
): Promise<PastCounts> {
  const { slo, steps } = options;
  const { definition } = slo;
  if (!isWhole(definition)) {
    const { buckets, ...rest } = await readBuckets(options);
    return { ...rest, past: pastOfBuckets(buckets) };
  }
  const parts = await Promise.all(
    definition.journey
      ? steps.map(step =>
          readPast({ ...options, slo: step, steps: [], objective: 0 }),
        )
      : definition.objectives.map(async (_, objective) => {
          const { buckets, ...rest } = await readBuckets({
            ...options,
            objective,
          });
          return { ...rest, past: pastOfBuckets(buckets) };
        }),
  );
  const weights = weightsOf(definition);
  const [first] = parts;
  return {
    past: pastOfWhole(
      parts.map(({ past }, index) => ({ past, weight: weights[index] })),
    ),
    coverageSeconds: Math.min(
      ...parts.map(({ coverageSeconds }) => coverageSeconds),
    ),
    source: parts.every(({ source }) => source === first.source)
      ? first.source
      : 'mixed',
  };
}
