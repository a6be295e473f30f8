import type { Drill } from '../Drill.ts';
import { eventBusDown } from './eventBusDown.ts';
import { lastUnit } from './lastUnit.ts';
import { productsDown } from './productsDown.ts';
import { providerTrouble } from './providerTrouble.ts';
import { refundsAtOnce } from './refundsAtOnce.ts';
import { samePost } from './samePost.ts';
import { webhookBeforeRedirect } from './webhookBeforeRedirect.ts';

/** Every drill, in the order of docs/drills.md. */
export const drills: readonly Drill[] = [
  lastUnit,
  samePost,
  providerTrouble,
  webhookBeforeRedirect,
  refundsAtOnce,
  productsDown,
  eventBusDown,
];
