import { coreComponentsTranslationRef } from '@backstage/core-components';
import {
  createTranslationResource,
  TranslationRef,
  TranslationResource,
} from '@backstage/frontend-plugin-api';

/** The Simplified Chinese messages of one core package. */
export interface CoreTranslation {
  /** Identifies the messages and knows the English ones. */
  ref: TranslationRef;
  /** Loads the Chinese messages when they are first needed. */
  resource: TranslationResource;
}

function inSimplifiedChinese<
  TId extends string,
  TMessages extends { [key in string]: string },
>(
  ref: TranslationRef<TId, TMessages>,
  load: () => Promise<{ default: { [key in keyof TMessages]: string | null } }>,
): CoreTranslation {
  return {
    ref: ref as unknown as TranslationRef,
    resource: createTranslationResource({
      ref,
      translations: { 'zh-CN': load },
    }),
  };
}

/**
 * Core Backstage ships its words in English alone. The compiler refuses a key that is missing here, the test beside this file a key
 * that Backstage does not have, and a core package that is not listed.
 */
export const coreTranslations: CoreTranslation[] = [
  inSimplifiedChinese(
    coreComponentsTranslationRef,
    () => import('./zh-CN/core-components'),
  ),
];
