import { InputError } from '@backstage/errors';
import { MAX_NAMED, TestsSummary } from '../reportTypes';
import { numberOf, readXml } from './readXml';

const WHAT = 'JUnit XML';

/**
 * JUnit XML as Surefire, Jest, pytest and others write it. Test cases are counted themselves, since the sums that suites state
 * count nested ones twice in some tools and not at all in others.
 *
 * @throws InputError with the line
 */
export function parseJunit(text: string): TestsSummary {
  const summary: TestsSummary = {
    tests: 0,
    failures: 0,
    errors: 0,
    skipped: 0,
    seconds: 0,
    failed: [],
  };
  let current = { name: '', ended: false };
  // The first of failure, error and skipped says how a case ended.
  const end = (how: 'failures' | 'errors' | 'skipped') => {
    if (current.ended) {
      return;
    }
    current.ended = true;
    summary[how] += 1;
    if (how !== 'skipped' && summary.failed.length < MAX_NAMED) {
      summary.failed.push(current.name);
    }
  };
  readXml(WHAT, text, {
    open(element, parents) {
      const { name, attributes, line } = element;
      if (parents.length === 0 && !/^testsuites?$/.test(name)) {
        throw new InputError(
          `${WHAT}, line ${line}: the root is <${name}>, not <testsuites> or <testsuite>`,
        );
      }
      if (name === 'testcase') {
        summary.tests += 1;
        summary.seconds += numberOf(WHAT, element, 'time') ?? 0;
        current = {
          name: [attributes.classname, attributes.name]
            .filter(Boolean)
            .join(' ')
            .slice(0, 200),
          ended: false,
        };
      } else if (parents.at(-1) === 'testcase') {
        if (name === 'failure') {
          end('failures');
        } else if (name === 'error') {
          end('errors');
        } else if (name === 'skipped') {
          end('skipped');
        }
      }
    },
  });
  return { ...summary, seconds: Math.round(summary.seconds * 1000) / 1000 };
}
