/** Bundles the programs of orders: `node services/orders/bundle.mts <folder> <version> [feature,feature]`. */
import { bundleMain } from '@shopfloor/service-kit/src/bundling/bundleMain.ts';

bundleMain(import.meta.dirname);
