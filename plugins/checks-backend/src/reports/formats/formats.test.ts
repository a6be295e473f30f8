import fc from 'fast-check';
import { ReportFormat } from '../reportTypes';
import { parseReport } from './parseReport';

const JUNIT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="jest tests" tests="99" failures="99" time="9">
  <testsuite name="orders" tests="3">
    <testcase classname="orders" name="places &lt;one&gt;" time="0.25"/>
    <testcase classname="orders" name="sells out" time="1,000.5">
      <failure message="expected 0">at orders.test.ts:7</failure>
      <error>after it</error>
    </testcase>
    <testsuite name="nested">
      <testcase name="needs a database"><error type="Error"/></testcase>
      <testcase name="later"><skipped/></testcase>
      <testcase name="prints"><system-out><![CDATA[<failure/>]]></system-out></testcase>
    </testsuite>
  </testsuite>
</testsuites>`;

/** As pytest writes it: one suite is the root. */
const JUNIT_SUITE = `<testsuite tests="1"><testcase name="a" time="0.1"/></testsuite>`;

const COBERTURA = `<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage lines-valid="100" lines-covered="100" line-rate="1" branch-rate="1">
  <packages><package name="src"><classes>
    <class name="a" filename="src/a.ts">
      <methods><method name="f"><lines><line number="1" hits="1"/></lines></method></methods>
      <lines>
        <line number="1" hits="1"/>
        <line number="2" hits="0"/>
        <line number="3" hits="4" branch="true" condition-coverage="50% (1/2)"/>
      </lines>
    </class>
    <class name="a2" filename="src/a.ts"><lines><line number="2" hits="1"/></lines></class>
    <class name="b" filename="src/b.ts"><lines><line number="1" hits="0"/></lines></class>
  </classes></package></packages>
</coverage>`;

const LCOV = `TN:unit
SF:src/a.ts
FN:1,f
FNDA:1,f
DA:1,1
DA:2,0,checksum
BRDA:1,0,0,1
BRDA:1,0,1,-
LF:2
LH:1
end_of_record
TN:integration
SF:src/a.ts
DA:2,3
BRDA:1,0,1,0
end_of_record
SF:src/b.ts
DA:9,0
end_of_record
`;

const TRIVY = JSON.stringify({
  SchemaVersion: 2,
  ArtifactName: 'registry.example/orders:1.2.0',
  ArtifactType: 'container_image',
  Results: [
    {
      Target: 'debian 12',
      Class: 'os-pkgs',
      Vulnerabilities: [
        vulnerability('CVE-2026-2', 'zlib1g', 'CRITICAL'),
        vulnerability('CVE-2026-1', 'openssl', 'HIGH', '3.0.2'),
        vulnerability('CVE-2026-1', 'openssl', 'HIGH', '3.0.2'),
        vulnerability('CVE-2026-3', 'bash', 'LOW'),
        vulnerability('CVE-2026-4', 'bash', 'UNKNOWN'),
      ],
    },
    {
      Target: 'Dockerfile',
      Misconfigurations: [
        { ID: 'DS002', Status: 'FAIL', Severity: 'HIGH' },
        { ID: 'DS001', Status: 'PASS', Severity: 'HIGH' },
        { ID: 'DS026', Status: 'FAIL', Severity: 'LOW' },
      ],
    },
    {
      Target: '/app/.env',
      Secrets: [
        { RuleID: 'aws', Severity: 'CRITICAL', Match: 'AKIA-marked-secret' },
      ],
    },
    { Target: 'package-lock.json' },
  ],
});

function vulnerability(
  VulnerabilityID: string,
  PkgName: string,
  Severity: string,
  FixedVersion?: string,
) {
  const InstalledVersion = '3.0.1';
  return { VulnerabilityID, PkgName, InstalledVersion, FixedVersion, Severity };
}

const SONARQUBE = JSON.stringify({
  component: {
    id: 'AVIF',
    key: 'shop:orders',
    qualifier: 'TRK',
    measures: [
      { metric: 'alert_status', value: 'ERROR' },
      { metric: 'bugs', value: '2', bestValue: false },
      { metric: 'coverage', value: '83.5' },
      { metric: 'new_bugs', period: { index: 1, value: '0' } },
      { metric: 'ncloc', value: '12000' },
    ],
  },
});

describe('reports of pipelines', () => {
  it.each<[ReportFormat, string, object]>([
    [
      'junit',
      JUNIT,
      {
        // 0.25 + 1000.5; the case that failed and then broke counts once.
        tests: 5,
        failures: 1,
        errors: 1,
        skipped: 1,
        seconds: 1000.75,
        failed: ['orders sells out', 'needs a database'],
      },
    ],
    ['junit', JUNIT_SUITE, { tests: 1, seconds: 0.1, failed: [] }],
    ['junit', '<testsuites/>', { tests: 0, failures: 0 }],
    [
      'cobertura',
      COBERTURA,
      {
        // a.ts 1, 2 (by its second class), 3; b.ts 1 is not covered. 3 of 4.
        linesCovered: 3,
        linesValid: 4,
        linePercent: 75,
        branchesCovered: 1,
        branchesValid: 2,
      },
    ],
    [
      'cobertura',
      '<coverage lines-covered="1999" lines-valid="2000"/>',
      { linesCovered: 1999, linesValid: 2000, linePercent: 99.95 },
    ],
    [
      'lcov',
      LCOV,
      // a.ts 1 and 2, the second by the other test; b.ts 9 is not covered.
      {
        linesCovered: 2,
        linesValid: 3,
        linePercent: 66.66,
        branchesCovered: 1,
        branchesValid: 2,
      },
    ],
    [
      'trivy',
      TRIVY,
      {
        artifact: 'registry.example/orders:1.2.0',
        critical: 1,
        high: 1,
        medium: 0,
        low: 1,
        unrated: 1,
        fixable: 1,
        secrets: 1,
        misconfigurations: 1,
        worst: [
          'CVE-2026-1 openssl 3.0.1, mended in 3.0.2',
          'CVE-2026-2 zlib1g 3.0.1',
        ],
      },
    ],
    [
      'trivy',
      '{"SchemaVersion":2,"ArtifactName":"."}',
      { critical: 0, high: 0, secrets: 0, worst: [] },
    ],
    [
      'sonarqube',
      SONARQUBE,
      { project: 'shop:orders', gate: 'ERROR', bugs: 2, coverage: 83.5 },
    ],
  ])('reads %s', (format, text, expected) => {
    expect(parseReport(format, text)).toEqual(
      expect.objectContaining(expected),
    );
  });

  it('does not keep a secret that a scanner found', () => {
    expect(JSON.stringify(parseReport('trivy', TRIVY))).not.toContain('AKIA');
  });

  it.each<[ReportFormat, string, string]>([
    ['junit', '', 'JUnit XML, line 1: '],
    ['junit', 'not xml', 'JUnit XML, line 1: '],
    ['junit', '<html/>', 'line 1: the root is <html>, not <testsuites>'],
    ['junit', '<testsuite>\n<testcase>\n</testsuite>', 'JUnit XML, line 3: '],
    [
      'junit',
      '<testsuite>\n\n<testcase time="soon"/></testsuite>',
      'line 3: time of <testcase> is "soon", not a number',
    ],
    [
      'junit',
      `<testsuite>${'<a>'.repeat(101)}${'</a>'.repeat(101)}</testsuite>`,
      'elements are nested deeper than 100',
    ],
    // Billion laughs, and a file of the machine.
    [
      'junit',
      '<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<testsuite name="&b;"/>',
      'declarations inside DOCTYPE are not taken',
    ],
    [
      'cobertura',
      '<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<coverage>&x;</coverage>',
      'declarations inside DOCTYPE are not taken',
    ],
    ['junit', '<testsuite name="&x;"/>', 'undefined entity'],
    ['cobertura', '<testsuite/>', 'not <coverage>'],
    ['cobertura', '<coverage/>', 'there is neither a <line> nor'],
    [
      'cobertura',
      '<coverage lines-covered="3" lines-valid="2"/>',
      'lines-covered 3 is more than lines-valid 2',
    ],
    ['lcov', '', 'lcov: there is no record'],
    [
      'lcov',
      'SF:a\nDA:1,x\nend_of_record',
      'lcov, line 2: DA is not line,hits',
    ],
    ['lcov', 'DA:1,1', 'lcov, line 1: stands outside of a record'],
    ['lcov', 'SF:a\nDA:1,1\n', 'the record of a has no end_of_record'],
    ['lcov', 'SF:a\nSF:b\n', 'lcov, line 2: the record before'],
    ['lcov', '<coverage/>', 'lcov, line 1: "<coverage/>" is no record'],
    ['trivy', '{', 'Trivy JSON: not valid JSON'],
    ['trivy', '{"SchemaVersion":1,"ArtifactName":"a"}', 'SchemaVersion: '],
    [
      'trivy',
      '{"SchemaVersion":2,"ArtifactName":"a","Results":[{"Secrets":[{"Severity":"BAD"}]}]}',
      'Results.0.Secrets.0.Severity: ',
    ],
    ['sonarqube', '{"component":{"key":"a"}}', 'component.measures: '],
    [
      'sonarqube',
      '{"component":{"key":"a","measures":[{"metric":"coverage","value":"101"}]}}',
      'component.measures.0.value: coverage is not a percentage',
    ],
    [
      'sonarqube',
      '{"component":{"key":"a","measures":[{"metric":"ncloc","value":"1"}]}}',
      'none of alert_status',
    ],
  ])('refuses in %s %j with the place', (format, text, message) => {
    expect(() => parseReport(format, text)).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: expect.stringContaining(message),
      }),
    );
  });

  it('counts coverage by line, however often and in whichever order lines come', () => {
    const line = fc.record({
      file: fc.constantFrom('a', 'b'),
      number: fc.integer({ min: 1, max: 5 }),
      hits: fc.nat(2),
    });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 30 }), lines => {
        const lcov = lines
          .map(
            ({ file, number, hits }) =>
              `SF:${file}\nDA:${number},${hits}\nend_of_record\n`,
          )
          .join('');
        const cobertura = `<coverage><classes>${lines
          .map(
            ({ file, number, hits }) =>
              `<class filename="${file}"><lines><line number="${number}" hits="${hits}"/></lines></class>`,
          )
          .join('')}</classes></coverage>`;
        const keys = (some: typeof lines) =>
          new Set(some.map(({ file, number }) => `${file} ${number}`)).size;
        const expected = {
          linesValid: keys(lines),
          linesCovered: keys(lines.filter(({ hits }) => hits > 0)),
        };
        expect(parseReport('lcov', lcov)).toMatchObject(expected);
        expect(parseReport('cobertura', cobertura)).toMatchObject(expected);
      }),
    );
  });

  it('takes whatever it is given or refuses it as the fault of who sent it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<ReportFormat>(
          'junit',
          'cobertura',
          'lcov',
          'trivy',
          'sonarqube',
        ),
        fc.oneof(
          fc.string(),
          fc.json(),
          fc
            .tuple(fc.constantFrom(JUNIT, COBERTURA, LCOV), fc.nat(900))
            .map(([text, at]) => text.slice(0, at)),
        ),
        (format, text) => {
          const fault = () => {
            try {
              parseReport(format, text);
              return undefined;
            } catch (error) {
              return (error as Error).name;
            }
          };
          expect([undefined, 'InputError']).toContain(fault());
        },
      ),
      { numRuns: 300 },
    );
  });
});
