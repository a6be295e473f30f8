import { createExtensionInput } from '@backstage/frontend-plugin-api';
import homeCorePlugin from '@backstage/plugin-home/alpha';
import { AttentionBlueprint } from '@shopfloor/ui';

const homePage = homeCorePlugin.getExtension('page:home').override({
  inputs: {
    attention: createExtensionInput([AttentionBlueprint.dataRefs.source]),
  },
  factory: (originalFactory, { inputs }) =>
    originalFactory({
      params: {
        path: '/',
        loader: async () => {
          const { HomePage } = await import('./HomePage');
          return (
            <HomePage
              sources={inputs.attention.map(input => ({
                id: input.node.spec.id,
                source: input.get(AttentionBlueprint.dataRefs.source),
              }))}
            />
          );
        },
      },
    }),
});

/** The home page: what of mine needs attention. Plugins add to it with `AttentionBlueprint`. */
export const homePlugin = homeCorePlugin.withOverrides({
  extensions: [
    homePage,
    homeCorePlugin
      .getExtension('api:home/visits')
      .override({ disabled: false }),
    homeCorePlugin
      .getExtension('app-root-element:home/visit-listener')
      .override({ disabled: false }),
  ],
});
