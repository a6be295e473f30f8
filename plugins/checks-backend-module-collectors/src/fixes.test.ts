import { execFileSync } from 'child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { repository } from './__testUtils__/repository';
import { readWorkload } from './kubernetes/readWorkload';

const fixes = new Map(
  parseAllDocuments(
    readFileSync(
      join(repository, 'platform/scorecards/checks/orchestration.yaml'),
      'utf8',
    ),
  ).map(document => {
    const { metadata } = document.toJS();
    return [metadata.name as string, metadata.fix.en as string];
  }),
);

/** What a fix says to write, as it stands between the first backquotes. */
function written(check: string): any {
  const [, text] = /write `([^`]+)`/.exec(fixes.get(check)!)!;
  return parse(text);
}

/** Renders a service as it is deployed, with values that were changed. */
function render(change: (values: any) => object) {
  const tools = process.env.SHOPFLOOR_TEST_TOOLS;
  if (!tools) {
    throw new Error(
      'SHOPFLOOR_TEST_TOOLS is not set; it names the folder with helm (npm test sets it)',
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'checks-fixes-'));
  try {
    const service = join(repository, 'services/orders/deploy/values.yaml');
    const values = join(folder, 'values.yaml');
    writeFileSync(
      values,
      stringify(change(parse(readFileSync(service, 'utf8')))),
    );
    const chart = join(repository, 'platform/charts/service');
    const text = execFileSync(
      join(tools, 'helm'),
      [
        'template',
        'orders',
        chart,
        '--namespace',
        'production',
        '--values',
        values,
        '--values',
        join(chart, 'overlays/sandbox.yaml'),
      ],
      { encoding: 'utf8' },
    );
    const objects = parseAllDocuments(text)
      .map(document => document.toJS())
      .filter(Boolean);
    const deployment = objects.find(({ kind }) => kind === 'Deployment');
    return {
      workload: readWorkload(deployment, {
        name: 'production',
        production: true,
      }),
      autoscaler: objects.find(
        ({ kind }) => kind === 'HorizontalPodAutoscaler',
      ),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('doing what a failing check of a service says', () => {
  it('finds the failures that there are', () => {
    const { workload, autoscaler } = render(values => values);
    expect(workload).toMatchObject({ replicas: 1, spread: false });
    expect(autoscaler).toBeUndefined();
  });

  it('gives two pods', () => {
    const { workload } = render(({ versions, ...values }) => ({
      ...values,
      versions: versions.map((version: object) => ({
        ...version,
        ...written('two-replicas-in-production'),
      })),
    }));
    expect(workload.replicas).toBe(2);
  });

  it('gives an autoscaler of the Deployment', () => {
    const { workload, autoscaler } = render(values => ({
      ...values,
      ...written('autoscaling'),
    }));
    expect(autoscaler.spec).toMatchObject({
      scaleTargetRef: { kind: 'Deployment', name: workload.name },
      minReplicas: 2,
      maxReplicas: 6,
    });
  });

  it('spreads the pods', () => {
    const { workload } = render(values => ({
      ...values,
      ...written('spread-over-nodes'),
    }));
    expect(workload.spread).toBe(true);
  });
});
