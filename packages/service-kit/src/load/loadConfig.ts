import { type ConfigOf, flag, integer } from '../config/defineConfig.ts';

/** The keys of inbound load shedding. */
export const loadConfigSpec = {
  LOAD_SHEDDING: flag({
    description:
      'Whether requests are refused (503 `overloaded`) when more run than are answered well.',
    default: true,
  }),
  LOAD_MIN_CONCURRENT: integer({
    description: 'The limit of requests at once never falls below this.',
    default: 32,
    min: 1,
  }),
  LOAD_MAX_CONCURRENT: integer({
    description: 'The limit of requests at once never rises above this.',
    default: 1000,
    min: 1,
  }),
  LOAD_MAX_LOOP_DELAY_MS: integer({
    description:
      'Requests are refused while the event loop is late by more than this, averaged over about a second.',
    default: 500,
    unit: 'ms',
    min: 20,
  }),
};

/** Configuration of load shedding. */
export type LoadConfig = ConfigOf<typeof loadConfigSpec>;
