import { parseOpenSlo } from '../../openslo/parseOpenSlo';
import { RuleSubject } from '../types';

/** Subjects of the SLOs of a file, as of one entity in production. Throws on errors in it. */
export function subjectsOf(
  text: string,
  options: { entity?: string; owner?: string } = {},
): RuleSubject[] {
  const { slos, problems } = parseOpenSlo(text, { file: 'slo.yaml' });
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    throw new Error(errors.map(({ message }) => message).join('; '));
  }
  const { entity = 'shop', owner = 'group:default/checkout-team' } = options;
  return slos.map(definition => ({
    id: `component~default~${entity}~${definition.name}~production`,
    entityRef: `component:default/${entity}`,
    owner,
    environment: 'production',
    definition,
  }));
}

/** An SLO over `shopfloor:requests:rate1m` of products. */
export function requestsSlo(
  options: {
    name?: string;
    target?: number;
    annotations?: Record<string, string>;
    method?: string;
    slices?: string;
    window?: string;
    policies?: string;
  } = {},
): string {
  const { name = 'answers', target = 0.999, annotations = {} } = options;
  const lines = Object.entries(annotations).map(
    ([key, value]) => `    shopfloor.dev/${key}: ${JSON.stringify(value)}\n`,
  );
  return `apiVersion: openslo/v1
kind: SLO
metadata:
  name: ${name}
  annotations:
    shopfloor.dev/environments: production
${lines.join('')}spec:
  service: products
  indicator:
    metadata: { name: non-5xx }
    spec:
      ratioMetric:
        counter: false
        good:
          metricSource: { spec: { query: 'shopfloor:requests:rate1m{destination="products",code_class!="5xx"}' } }
        total:
          metricSource: { spec: { query: 'shopfloor:requests:rate1m{destination="products"}' } }
  timeWindow: [{ duration: ${options.window ?? '30d'}, isRolling: true }]
  budgetingMethod: ${options.method ?? 'Occurrences'}
  objectives: [{ target: ${target}${options.slices ?? ''} }]
${options.policies ?? ''}`;
}
