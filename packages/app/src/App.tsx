import { createApp } from '@backstage/frontend-defaults';
import { features } from './features';

/** The portal in the browser. */
export const app = createApp({ features });
