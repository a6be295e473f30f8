/** A document of a check that asks for two replicas, for tests. */
export function checkYaml(
  options: {
    name?: string;
    version?: number;
    category?: string;
    collector?: string;
    appliesTo?: string;
    freshness?: string;
    when?: string;
    pass?: string;
  } = {},
): string {
  const {
    name = 'two-replicas',
    version = 1,
    category = 'orchestration',
    collector = 'alpha',
    appliesTo = '{ kind: Component, spec.type: service }',
    freshness = '1h',
    when,
    pass = 'workload.replicas >= 2',
  } = options;
  return `apiVersion: shopfloor.dev/v1
kind: Check
metadata:
  name: ${name}
  version: ${version}
  category: ${category}
  title: { en: Two replicas, zh: 两个副本 }
  why: { en: One may die., zh: 可能有一个会停止。 }
  fix: { en: Set replicas., zh: 设置 replicas。 }
spec:
  appliesTo: ${appliesTo}
  reads: { workload: ${collector}/workload }
  freshness: ${freshness}
${when === undefined ? '' : `  when: ${when}\n`}  pass: ${pass}
  words:
    fail:
      en: 'Runs {{ string(workload.replicas) }}'
      zh: '运行 {{ string(workload.replicas) }} 个'
`;
}
