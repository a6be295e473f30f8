import {
  appLanguageApiRef,
  coreExtensionData,
  createFrontendModule,
} from '@backstage/frontend-plugin-api';
import apiDocsPlugin from '@backstage/plugin-api-docs/alpha';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { EntityContentBlueprint } from '@backstage/plugin-catalog-react/alpha';
import kubernetesPlugin from '@backstage/plugin-kubernetes/alpha';
import chinese from '../../translation/zh-CN';
import { dependenciesContent } from './dependenciesContent';
import { english } from './english';
import { entityTabKey, sortTabs } from './tabs';

/**
 * The page of an entity: tabs in our words and order, each for itself rather than in groups. The titles of tabs are plain
 * strings that are read once, so they are set for the language in which the app starts.
 */
const entityPage = catalogPlugin.getExtension('page:catalog/entity').override({
  factory: (originalFactory, { apis, config, inputs }) => {
    const messages =
      apis.get(appLanguageApiRef)?.getLanguage().language === 'zh-CN'
        ? chinese
        : english;
    const contents = sortTabs(inputs.contents, content =>
      content.get(coreExtensionData.routePath),
    ).map(content => {
      const key = entityTabKey(content.get(coreExtensionData.routePath));
      const get = ((ref: { id: string }) => {
        if (ref.id === EntityContentBlueprint.dataRefs.title.id && key) {
          return messages[key];
        }
        return ref.id === EntityContentBlueprint.dataRefs.group.id
          ? undefined
          : content.get(ref as never);
      }) as typeof content.get;
      return Object.assign(Object.create(content), { get, node: content.node });
    });
    return originalFactory({
      inputs: { ...inputs, contents },
      config: { ...config, groups: [], defaultContentOrder: 'natural' },
    });
  },
});

/** Our page for entities. */
export const entityModule = createFrontendModule({
  pluginId: 'catalog',
  extensions: [
    entityPage,
    dependenciesContent,
    ...(
      [
        'entity-card:catalog/depends-on-components',
        'entity-card:catalog/depends-on-resources',
        'entity-card:catalog/has-subcomponents',
      ] as const
    ).map(id =>
      // These live on the tab "Dependencies".
      catalogPlugin.getExtension(id).override({ disabled: true }),
    ),
  ],
});

/** The APIs of a component have a tab of their own. */
export const entityApisModule = createFrontendModule({
  pluginId: 'api-docs',
  extensions: (
    [
      'entity-card:api-docs/provided-apis',
      'entity-card:api-docs/consumed-apis',
    ] as const
  ).map(id => apiDocsPlugin.getExtension(id).override({ disabled: true })),
});

/** Pods, without taking a cluster that does not answer for a healthy one. */
export const entityKubernetesModule = createFrontendModule({
  pluginId: 'kubernetes',
  extensions: [
    kubernetesPlugin
      .getExtension('entity-content:kubernetes/kubernetes')
      .override({
        params: {
          loader: async () => {
            const { KubernetesTab } = await import('./KubernetesTab');
            return <KubernetesTab />;
          },
        },
      }),
  ],
});
