import {
  ApiBlueprint,
  createApiRef,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/frontend-plugin-api';
import { ChecksApi, ChecksClient } from '@shopfloor/plugin-checks-common';
import {
  ScorecardsApi,
  ScorecardsClient,
} from '@shopfloor/plugin-scorecards-common';

/** Asks the scorecards backend. */
export const scorecardsApiRef = createApiRef<ScorecardsApi>().with({
  id: 'scorecards.grades',
  pluginId: 'scorecards',
});

/** Asks the check engine for what is behind a grade. */
export const scorecardChecksApiRef = createApiRef<ChecksApi>().with({
  id: 'scorecards.checks',
  pluginId: 'scorecards',
});

/** The client of the scorecards backend. */
export const scorecardsApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: scorecardsApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new ScorecardsClient(deps),
    }),
});

/** The client of the check engine. */
export const scorecardChecksApi = ApiBlueprint.make({
  name: 'checks',
  params: defineParams =>
    defineParams({
      api: scorecardChecksApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new ChecksClient(deps),
    }),
});
