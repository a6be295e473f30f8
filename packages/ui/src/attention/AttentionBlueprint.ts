import { Entity } from '@backstage/catalog-model';
import {
  ApiHolder,
  createExtensionBlueprint,
  createExtensionDataRef,
  TranslationFunction,
  TranslationRef,
} from '@backstage/frontend-plugin-api';
import { State } from '../state/states';

/** One thing that asks something of the person who reads the home page. */
export interface AttentionItem {
  /** Unique within its source. */
  id: string;
  /** `ok` items are not shown. */
  state: State;
  /** What is the matter, in one line, in the language of the reader. */
  title: string;
  /** What it means or what to do, in one more line. */
  detail?: string;
  /** Where to go, a path in the portal. */
  href: string;
  /** The entity it is about. */
  entityRef?: string;
  /** Since when, ISO 8601. */
  since?: string;
  /** When it was observed, ISO 8601. */
  observedAt?: string;
}

/** What an attention source gets to look with. */
export interface AttentionContext {
  /** The utility APIs of the app. */
  apis: ApiHolder;
  /** The entity refs of the person and of the teams the person belongs to. */
  ownershipEntityRefs: string[];
  /** The components, APIs and resources that those own. */
  ownedEntities: Entity[];
  /** Ends when the page closes. */
  signal: AbortSignal;
  /** The translation function for a translation ref, in the language of the reader. */
  translate<TMessages extends { [key in string]: string }>(
    ref: TranslationRef<string, TMessages>,
  ): Promise<TranslationFunction<TMessages>>;
}

/** A source of things that need attention, given by a plugin. */
export interface AttentionSource {
  /** The name of the source as the reader knows it, from the translation ref of the plugin. */
  title(context: Pick<AttentionContext, 'translate'>): Promise<string>;
  /**
   * Finds what needs the person's attention now. Asks only for what the person may see. Throwing says "could not be
   * read", which the page shows: it never takes silence for good news.
   */
  load(context: AttentionContext): Promise<AttentionItem[]>;
  /** How often to look again. Default 30 s. */
  refreshSeconds?: number;
}

const attentionSourceDataRef = createExtensionDataRef<AttentionSource>().with({
  id: 'shopfloor.attention-source',
});

/**
 * Adds a source of things that need attention to the home page. A plugin adds one per kind of thing it watches, for example
 * SLOs at risk:
 *
 * @example
 * ```ts
 * AttentionBlueprint.make({
 *   params: {
 *     title: async ({ translate }) => (await translate(sloTranslationRef))('attention.title'),
 *     load: async ({ apis, ownedEntities, translate }) => { … },
 *   },
 * });
 * ```
 */
export const AttentionBlueprint = createExtensionBlueprint({
  kind: 'attention',
  attachTo: { id: 'page:home', input: 'attention' },
  output: [attentionSourceDataRef],
  dataRefs: { source: attentionSourceDataRef },
  *factory(params: AttentionSource) {
    yield attentionSourceDataRef(params);
  },
});
