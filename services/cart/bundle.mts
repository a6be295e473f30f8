/** Bundles the programs of cart: `node services/cart/bundle.mts <folder> <version> [feature,feature]`. */
import { bundleMain } from '@shopfloor/service-kit/src/bundling/bundleMain.ts';

bundleMain(import.meta.dirname);
