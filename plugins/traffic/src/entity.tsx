import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import { isTrafficAvailable } from '@shopfloor/plugin-traffic-common';

/** The tab "Traffic" of a service. */
export const trafficEntityContent = EntityContentBlueprint.make({
  params: {
    path: '/traffic',
    title: 'Traffic',
    filter: isTrafficAvailable,
    loader: async () => {
      const { TrafficTab } = await import('./components/TrafficTab');
      return <TrafficTab />;
    },
  },
});

/** The card "Traffic" on the overview of a service. */
export const trafficEntityCard = EntityCardBlueprint.make({
  params: {
    type: 'content',
    filter: isTrafficAvailable,
    loader: async () => {
      const { TrafficCard } = await import('./components/TrafficCard');
      return <TrafficCard />;
    },
  },
});
