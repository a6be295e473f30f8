import { parseEntityRef } from '@backstage/catalog-model';
import { Announcement } from '@shopfloor/plugin-announcements-node';
import {
  GradeChange,
  ScorecardDefinition,
} from '@shopfloor/plugin-scorecards-common';
import { StoredGrade } from '../store/gradeRow';
import { StoredWaiver } from '../store/WaiverStore';
import { CheckTitles } from './checkTitles';

const TOPIC = 'scorecards';

/** Address of an entity's scorecard in the portal. */
export function scorecardPath(entityRef: string, scorecard: string): string {
  const { kind, namespace, name } = parseEntityRef(entityRef);
  const path = [namespace, kind, name].map(encodeURIComponent).join('/');
  return `/catalog/${path}/scorecard?${new URLSearchParams({ scorecard })}`;
}

/**
 * Tells the owner that something failed which passed before. Neither which check nor how far the level fell: of those whom a
 * notification reaches it is not known here which checks they may read, and the page shows to each what that is.
 */
export function regressionAnnouncement(options: {
  definition: ScorecardDefinition;
  grade: StoredGrade;
  change: GradeChange;
  owner: string;
}): Announcement {
  const { definition, grade, change, owner } = options;
  const { name } = parseEntityRef(grade.entityRef);
  return {
    key: `regression ${grade.scorecard} ${grade.entityRef} ${grade.gradedAt.toISOString()}`,
    recipients: [owner],
    at: grade.gradedAt,
    payload: {
      title: `${name}: ${definition.title.en} went down · ${definition.title.zh}下降`,
      description:
        'Something that passed before fails now; the scorecard says what · 此前通过的检查现在未通过，详情见评分卡',
      link: scorecardPath(grade.entityRef, grade.scorecard),
      severity: change.rankAfter < change.rankBefore ? 'high' : 'normal',
      topic: TOPIC,
      scope: `scorecards:regression:${grade.scorecard}:${grade.entityRef}`,
    },
  };
}

/**
 * Tells who asked for a waiver, and the owner, that it ends soon. Not of which check and why: the owner may not be allowed to read
 * it.
 */
export function expiryAnnouncement(
  waiver: StoredWaiver,
  options: { owner?: string; now: Date },
): Announcement {
  const { name } = parseEntityRef(waiver.entityRef);
  const { owner, now } = options;
  const day = waiver.expiresAt.toISOString().slice(0, 10);
  return {
    key: `waiver-expiring ${waiver.id}`,
    recipients: [waiver.requestedBy, ...(owner ? [owner] : [])],
    at: now,
    payload: {
      title: `${name}: a waiver ends on ${day} · 一项豁免即将到期`,
      link: scorecardPath(waiver.entityRef, waiver.scorecard),
      topic: TOPIC,
      scope: `scorecards:waiver:${waiver.id}`,
    },
  };
}

/** Tells who asked for a waiver, and so named the check, how it was decided. */
export function decisionAnnouncement(
  waiver: StoredWaiver,
  titles: CheckTitles,
): Announcement {
  const { name } = parseEntityRef(waiver.entityRef);
  const check = titles(waiver.check);
  const words = {
    approved: ['is approved', '已批准'],
    denied: ['is denied', '被拒绝'],
    revoked: ['is revoked', '已撤销'],
  }[waiver.state as 'approved' | 'denied' | 'revoked'];
  return {
    key: `waiver-${waiver.state} ${waiver.id}`,
    recipients: [waiver.requestedBy],
    at: waiver.decidedAt ?? waiver.requestedAt,
    payload: {
      title: `${name}: waiver of “${check.en}” ${words[0]} · “${check.zh}”的豁免${words[1]}`,
      ...(waiver.comment && { description: waiver.comment }),
      link: scorecardPath(waiver.entityRef, waiver.scorecard),
      topic: TOPIC,
      scope: `scorecards:waiver:${waiver.id}`,
    },
  };
}
