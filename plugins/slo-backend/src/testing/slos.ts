/** An OpenSLO document that counts requests to `products`, for tests. */
export function availabilitySlo(
  options: {
    name?: string;
    targets?: number[];
    window?: string;
    environments?: string;
    good?: string;
  } = {},
): string {
  const {
    name = 'products-availability',
    targets = [0.999],
    window = '30d',
    environments,
    good = 'shopfloor:requests:rate1m{destination="products",code_class!="5xx"}',
  } = options;
  return `apiVersion: openslo/v1
kind: SLO
metadata:
  name: ${name}
  annotations: {${
    environments ? ` shopfloor.dev/environments: "${environments}" ` : ''
  }}
spec:
  service: products
  indicator:
    metadata: { name: non-5xx }
    spec:
      ratioMetric:
        counter: false
        good:
          metricSource:
            type: Prometheus
            spec:
              query: ${good}
        total:
          metricSource:
            type: Prometheus
            spec:
              query: shopfloor:requests:rate1m{destination="products"}
  timeWindow:
    - duration: ${window}
      isRolling: true
  objectives:
${targets.map(target => `    - target: ${target}`).join('\n')}
`;
}
