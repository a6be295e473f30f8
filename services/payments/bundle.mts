/** Bundles the programs of payments: `node services/payments/bundle.mts <folder> <version> [feature,feature]`. */
import { bundleMain } from '@shopfloor/service-kit/src/bundling/bundleMain.ts';

bundleMain(import.meta.dirname);
