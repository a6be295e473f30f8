import type { Drill } from '../Drill.ts';
import { clockOff } from './clockOff.ts';
import { eventBusDown } from './eventBusDown.ts';
import { killSaga } from './killSaga.ts';
import { lastUnit } from './lastUnit.ts';
import { noCardData } from './noCardData.ts';
import { productsDown } from './productsDown.ts';
import { providerTrouble } from './providerTrouble.ts';
import { refundsAtOnce } from './refundsAtOnce.ts';
import { samePost } from './samePost.ts';
import { webhookBeforeRedirect } from './webhookBeforeRedirect.ts';

/** Every drill, in the order of docs/drills.md. */
export const drills: readonly Drill[] = [
  lastUnit,
  killSaga,
  samePost,
  providerTrouble,
  noCardData,
  webhookBeforeRedirect,
  clockOff,
  refundsAtOnce,
  productsDown,
  eventBusDown,
];
