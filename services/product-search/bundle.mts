/** Bundles the programs of product-search: `node services/product-search/bundle.mts <folder> <version> [feature,feature]`. */
import { bundleMain } from '@shopfloor/service-kit/src/bundling/bundleMain.ts';

bundleMain(import.meta.dirname);
