import { defineConfig } from '@playwright/test';
import { findChrome } from './src/processes.ts';

const portal = process.env.SHOPFLOOR_TEST_PORTAL_URL ?? 'http://localhost:7007';

/** The journeys run one after another: they share one sandbox and one shop. */
export default defineConfig({
  testDir: './src',
  outputDir: '../../test-results/playwright',
  workers: 1,
  fullyParallel: false,
  timeout: 240_000,
  // Bounded for a busy machine: what is waited for comes, or the test says what did not.
  expect: { timeout: 60_000 },
  reporter: [
    ['list'],
    ['json'],
    ['junit', { outputFile: '../../test-results/playwright.xml' }],
  ],
  use: {
    baseURL: portal,
    viewport: { width: 1400, height: 900 },
    locale: 'en-GB',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: findChrome(process.env),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'journeys', testMatch: 'journeys/*.spec.ts' },
    { name: 'faults', testMatch: 'faults/*.spec.ts' },
  ],
});
