import { renderInTestApp } from '@backstage/frontend-test-utils';
import {
  LINT_CODES,
  LintCode,
  LintFinding,
} from '@shopfloor/plugin-slo-common';
import { screen } from '@testing-library/react';
import { sloTranslationRef } from '../translation/translation';
import chinese from '../translation/zh-CN';
import { LintPanel } from './LintPanel';

/** Every value that the lint gives with a code. */
const VALUES: Record<LintCode, LintFinding['values']> = {
  'row-never-fires': {
    factor: 14.4,
    longSeconds: 3600,
    shortSeconds: 300,
    target: 0.9,
    highest: 10,
  },
  'row-inside-budget': {
    factor: 0.7,
    longSeconds: 86_400,
    periodSeconds: 604_800,
  },
  'condition-never-fires': {
    policy: 'p',
    threshold: 20,
    target: 0.95,
    highest: 20,
  },
  'condition-inside-budget': { policy: 'p', threshold: 0.5 },
  'slice-too-coarse': {
    longSeconds: 3600,
    shortSeconds: 300,
    sliceSeconds: 600,
  },
  'slice-fires-alone': { longSeconds: 3600, slices: 12 },
  'guard-too-low': { longSeconds: 3600, guard: 10, needed: 70 },
  'row-muted': { longSeconds: 3600, guard: 70, events: 36 },
  'metric-absent': { part: 'total', query: 'shopfloor:none' },
  'good-above-total': { part: 'good' },
  'bucket-missing': { limit: '200', matching: 0, bounds: '100, 250' },
  'history-short': { coveredSeconds: 7200, windowSeconds: 2_592_000 },
};

describe('LintPanel', () => {
  it('says what was found, what to do, and what was not looked at', async () => {
    await renderInTestApp(
      <LintPanel
        lint={{
          findings: [
            {
              code: 'row-never-fires',
              severity: 'warning',
              objective: 0,
              field: 'spec.objectives[0]',
              values: VALUES['row-never-fires'],
            },
          ],
          unchecked: ['bucket-missing'],
        }}
      />,
    );
    const finding = screen.getByRole('listitem');
    expect(finding).toHaveTextContent(
      /Warning: .*at an objective of 90\s?% the burn rate is at most 10, and the row needs more than 14.4\. What to do: .*spec\.objectives\[0\]/,
    );
    expect(screen.getByText(/Not looked at.*missing bucket/)).toBeVisible();
  });

  it('says that nothing was found only when nothing was', async () => {
    await renderInTestApp(<LintPanel lint={{ findings: [], unchecked: [] }} />);
    expect(screen.getByText('Nothing was found.')).toBeVisible();
    expect(screen.queryByText(/Not looked at/)).not.toBeInTheDocument();
  });

  it('has words for every code, and leaves no value open', async () => {
    await renderInTestApp(
      <LintPanel
        lint={{
          findings: LINT_CODES.map(code => ({
            code,
            severity: 'info',
            field: 'spec',
            values: VALUES[code],
          })),
          unchecked: [...LINT_CODES],
        }}
      />,
    );
    const items = screen.getAllByRole('listitem');
    expect(items).toHaveLength(LINT_CODES.length);
    for (const item of items) {
      expect(item).not.toHaveTextContent(/\{\{|lint\./);
    }
  });

  it('names the same values in Chinese', () => {
    const messages: Record<string, string> = chinese;
    const english = (sloTranslationRef as any).getDefaultMessages();
    const open = (text: string) =>
      [...(text.match(/\{\{\w+\}\}/g) ?? [])].sort();
    for (const code of LINT_CODES) {
      for (const part of ['what', 'fix', 'name']) {
        const key = `lint.${part}.${code}`;
        expect({ key, open: open(messages[key]) }).toEqual({
          key,
          open: open(english[key]),
        });
      }
    }
  });
});
