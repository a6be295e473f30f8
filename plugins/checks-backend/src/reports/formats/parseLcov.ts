import { InputError } from '@backstage/errors';
import { CoverageSummary } from '../reportTypes';
import { CoverageCounter } from './coverage';

/**
 * A tracefile of lcov (`man geninfo`): `SF`, `DA` and `BRDA` are counted, other records are left alone. The same file may come
 * several times, once for each test.
 *
 * @throws InputError with the line
 */
export function parseLcov(text: string): CoverageSummary {
  const counter = new CoverageCounter();
  let file: string | undefined;
  let records = 0;
  let branches = new Map<number, Map<string, boolean>>();
  text.split(/\r?\n/).forEach((row, index) => {
    const wrong = (message: string) =>
      new InputError(`lcov, line ${index + 1}: ${message}`);
    const within = (): string => {
      if (file === undefined) {
        throw wrong('stands outside of a record, which begins with SF:');
      }
      return file;
    };
    if (row === '' || row.startsWith('#')) {
      return;
    }
    if (row === 'end_of_record') {
      const ended = within();
      for (const [line, taken] of branches) {
        counter.branches(ended, line, {
          covered: [...taken.values()].filter(Boolean).length,
          valid: taken.size,
        });
      }
      branches = new Map();
      file = undefined;
      records += 1;
      return;
    }
    const [, kind, rest] = /^([A-Z]+):(.*)$/.exec(row) ?? [];
    if (kind === undefined) {
      throw wrong(`"${row.slice(0, 40)}" is no record of lcov`);
    }
    if (kind === 'SF') {
      if (file !== undefined) {
        throw wrong('the record before has no end_of_record');
      }
      file = rest;
    } else if (kind === 'DA') {
      const [, line, hits] = /^(\d+),(\d+)(?:,.*)?$/.exec(rest) ?? [];
      if (hits === undefined) {
        throw wrong('DA is not line,hits');
      }
      counter.line(within(), Number(line), Number(hits));
    } else if (kind === 'BRDA') {
      const [, line, branch, taken] = /^(\d+),(.+),(-|\d+)$/.exec(rest) ?? [];
      if (taken === undefined) {
        throw wrong('BRDA is not line,block,branch,taken');
      }
      within();
      const at = branches.get(Number(line)) ?? new Map<string, boolean>();
      at.set(branch, at.get(branch) === true || Number(taken) > 0);
      branches.set(Number(line), at);
    }
  });
  if (file !== undefined) {
    throw new InputError(`lcov: the record of ${file} has no end_of_record`);
  }
  if (records === 0) {
    throw new InputError('lcov: there is no record');
  }
  return counter.summary();
}
