import { createTranslationMessages } from '@backstage/frontend-plugin-api';
import { catalogReactTranslationRef } from '@backstage/plugin-catalog-react';

/** English messages of core Backstage that do not work as shipped. */
export const englishCorrections = [
  createTranslationMessages({
    ref: catalogReactTranslationRef,
    messages: {
      // The address of the link that writes to a person; shipped without its colon, it leads to a page that does not exist.
      'entityPeekAheadPopover.emailCardAction.subTitle': 'mailto:{{email}}',
    },
  }),
];
