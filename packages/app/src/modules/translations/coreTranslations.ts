import { coreComponentsTranslationRef } from '@backstage/core-components';
import {
  createTranslationResource,
  TranslationRef,
  TranslationResource,
} from '@backstage/frontend-plugin-api';
import { apiDocsTranslationRef } from '@backstage/plugin-api-docs';
import { catalogTranslationRef } from '@backstage/plugin-catalog';
import { catalogGraphTranslationRef } from '@backstage/plugin-catalog-graph';
import { catalogReactTranslationRef } from '@backstage/plugin-catalog-react';
import { homeTranslationRef } from '@backstage/plugin-home';
import { homeReactTranslationRef } from '@backstage/plugin-home-react';
import { kubernetesTranslationRef } from '@backstage/plugin-kubernetes';
import { kubernetesReactTranslationRef } from '@backstage/plugin-kubernetes-react';
import { notificationsTranslationRef } from '@backstage/plugin-notifications';
import { orgTranslationRef } from '@backstage/plugin-org';
import { searchTranslationRef } from '@backstage/plugin-search';
import { searchReactTranslationRef } from '@backstage/plugin-search-react';
import { techdocsTranslationRef } from '@backstage/plugin-techdocs/alpha';
import { userSettingsTranslationRef } from '@backstage/plugin-user-settings';

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
  inSimplifiedChinese(apiDocsTranslationRef, () => import('./zh-CN/api-docs')),
  inSimplifiedChinese(catalogTranslationRef, () => import('./zh-CN/catalog')),
  inSimplifiedChinese(
    catalogGraphTranslationRef,
    () => import('./zh-CN/catalog-graph'),
  ),
  inSimplifiedChinese(
    catalogReactTranslationRef,
    () => import('./zh-CN/catalog-react'),
  ),
  inSimplifiedChinese(homeTranslationRef, () => import('./zh-CN/home')),
  inSimplifiedChinese(
    homeReactTranslationRef,
    () => import('./zh-CN/home-react'),
  ),
  inSimplifiedChinese(
    kubernetesTranslationRef,
    () => import('./zh-CN/kubernetes'),
  ),
  inSimplifiedChinese(
    kubernetesReactTranslationRef,
    () => import('./zh-CN/kubernetes-react'),
  ),
  inSimplifiedChinese(
    notificationsTranslationRef,
    () => import('./zh-CN/notifications'),
  ),
  inSimplifiedChinese(orgTranslationRef, () => import('./zh-CN/org')),
  inSimplifiedChinese(searchTranslationRef, () => import('./zh-CN/search')),
  inSimplifiedChinese(
    searchReactTranslationRef,
    () => import('./zh-CN/search-react'),
  ),
  inSimplifiedChinese(techdocsTranslationRef, () => import('./zh-CN/techdocs')),
  inSimplifiedChinese(
    userSettingsTranslationRef,
    () => import('./zh-CN/user-settings'),
  ),
];
