/** Bundles the programs of fulfilment: `node services/fulfilment/bundle.mts <folder> <version> [feature,feature]`. */
import { bundleMain } from '@shopfloor/service-kit/src/bundling/bundleMain.ts';

bundleMain(import.meta.dirname);
