import { FrontendFeature } from '@backstage/frontend-plugin-api';

/** Simplified Chinese for the core plugins. */
export const translationModules: FrontendFeature[] = [];
