import type { Drill } from '../Drill.ts';
import { callGraphSeen } from './callGraphSeen.ts';
import { clockOff } from './clockOff.ts';
import { databaseRestart } from './databaseRestart.ts';
import { erasure } from './erasure.ts';
import { eventBusDown } from './eventBusDown.ts';
import { killSaga } from './killSaga.ts';
import { lastUnit } from './lastUnit.ts';
import { noCardData } from './noCardData.ts';
import { oldAndNew } from './oldAndNew.ts';
import { poisonEvent } from './poisonEvent.ts';
import { productsDown } from './productsDown.ts';
import { providerTrouble } from './providerTrouble.ts';
import { reconciliation } from './reconciliation.ts';
import { refundsAtOnce } from './refundsAtOnce.ts';
import { samePost } from './samePost.ts';
import { webhookBeforeRedirect } from './webhookBeforeRedirect.ts';

/** Every drill; the order of docs/drills.md, but what plants wrong books comes last. */
export const drills: readonly Drill[] = [
  lastUnit,
  killSaga,
  samePost,
  providerTrouble,
  productsDown,
  eventBusDown,
  databaseRestart,
  noCardData,
  webhookBeforeRedirect,
  clockOff,
  refundsAtOnce,
  poisonEvent,
  oldAndNew,
  erasure,
  callGraphSeen,
  reconciliation,
];
