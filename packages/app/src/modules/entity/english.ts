import { EntityTabKey } from './tabs';

/** The English words of the tabs, as in the translation ref, which gives its messages only to components. */
export const english: Record<EntityTabKey, string> = {
  'entityTab.overview': 'Overview',
  'entityTab.slos': 'SLOs',
  'entityTab.traffic': 'Traffic',
  'entityTab.scorecard': 'Scorecard',
  'entityTab.secrets': 'Secrets',
  'entityTab.kubernetes': 'Kubernetes',
  'entityTab.definition': 'Definition',
  'entityTab.apis': 'APIs',
  'entityTab.dependencies': 'Dependencies',
  'entityTab.docs': 'Docs',
  'entityTab.changes': 'Changes',
  'entityTab.rollout': 'Rollout',
};
