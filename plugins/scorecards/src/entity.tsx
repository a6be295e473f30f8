import { Entity } from '@backstage/catalog-model';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';

/** Which of them are graded the scorecards say; the tab teaches when none does. */
function mayBeGraded(entity: Entity): boolean {
  return entity.kind === 'Component' && entity.spec?.type === 'service';
}

/** The tab "Scorecard" of a service. */
export const scorecardEntityContent = EntityContentBlueprint.make({
  params: {
    path: '/scorecard',
    title: 'Scorecard',
    filter: mayBeGraded,
    loader: async () => {
      const { EntityScorecard } = await import('./components/EntityScorecard');
      return <EntityScorecard />;
    },
  },
});

/** The card on the overview of a service. */
export const scorecardEntityCard = EntityCardBlueprint.make({
  params: {
    type: 'content',
    filter: mayBeGraded,
    loader: async () => {
      const { EntityScorecardCard } =
        await import('./components/EntityScorecardCard');
      return <EntityScorecardCard />;
    },
  },
});
