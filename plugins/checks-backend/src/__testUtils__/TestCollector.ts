import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import {
  CollectedEvidence,
  CollectOptions,
  Collector,
  EvidenceType,
} from '@shopfloor/plugin-checks-node';

/** What a {@link TestCollector} sees: replicas by entity ref. */
export type Seen = Record<string, number | Error>;

/** A collector of one number, which a test sets, breaks and slows down. */
export class TestCollector implements Collector {
  readonly version = '1';
  readonly title = { en: 'Test', zh: '测试' };
  readonly evidence: Record<string, EvidenceType> = {
    workload: { object: { replicas: 'int' } },
  };
  readonly intervalSeconds = 3600;
  freshnessSeconds = 7200;
  readonly looks: string[] = [];
  seen: Seen = {};
  /** Awaited before each answer. */
  gate: (entityRef: string) => Promise<void> = async () => undefined;

  constructor(readonly name: string) {}

  sources(_entity: Entity): string[] {
    return [`${this.name}:main`];
  }

  async collect({ entity }: CollectOptions): Promise<CollectedEvidence[]> {
    const entityRef = stringifyEntityRef(entity);
    this.looks.push(entityRef);
    await this.gate(entityRef);
    const value = this.seen[entityRef];
    if (value instanceof Error) {
      throw value;
    }
    const common = {
      key: 'workload',
      source: `${this.name}:main`,
      references: [{ kind: 'object' as const, target: `x ${entityRef}` }],
    };
    return value === undefined
      ? [{ ...common, unknown: { en: 'Not deployed', zh: '未部署' } }]
      : [{ ...common, value: { replicas: value } }];
  }
}
