import {
  ChangeOutcome,
  describeShareChanges,
  shareChanges,
} from '@shopfloor/plugin-traffic-common';
import { ChangeIntent, StoredChange } from './TrafficStore';

/** A row of `traffic_changes`; JSON columns are text, so that a snapshot comes back letter for letter. */
export interface ChangeRow {
  id: string;
  entity_ref: string;
  environment: string;
  virtual_service: string;
  kind: string;
  undo_of: string | null;
  person: string;
  impersonated: string;
  reason: string | null;
  taken_over_from: string;
  idempotency_key: string;
  request_hash: string;
  intent_at: Date;
  before: string;
  after: string;
  resource_version_before: string;
  resource_version_after: string | null;
  outcome: string;
  outcome_at: Date | null;
  error: string | null;
  effect: string | null;
  content_hash: string | null;
  approval_id: string | null;
  approval: string | null;
  revision: number;
  told_revision: number;
  /** Not a column: the latest applied undo of this change. */
  undone_by?: string | null;
}

export function toRow(intent: ChangeIntent): Omit<ChangeRow, 'revision'> {
  const { asks } = intent;
  return {
    id: intent.id,
    entity_ref: intent.entityRef,
    environment: intent.environment,
    virtual_service: intent.virtualService,
    kind: intent.kind,
    undo_of: intent.undoOf ?? null,
    person: intent.person,
    impersonated: JSON.stringify(intent.impersonated),
    reason: intent.reason ?? null,
    taken_over_from: JSON.stringify(intent.takenOverFrom),
    idempotency_key: intent.idempotencyKey,
    request_hash: intent.requestHash,
    intent_at: intent.intentAt,
    before: JSON.stringify(intent.before),
    after: JSON.stringify(intent.after),
    resource_version_before: intent.resourceVersionBefore,
    resource_version_after: null,
    outcome: asks ? 'waiting' : 'pending',
    outcome_at: null,
    error: null,
    effect: null,
    content_hash: asks?.contentHash ?? null,
    approval_id: null,
    approval: asks
      ? JSON.stringify({
          step: asks.step,
          ...(asks.abovePercent !== undefined && {
            abovePercent: asks.abovePercent,
          }),
          ...(asks.gate && { gate: asks.gate }),
          askedAt: intent.intentAt.toISOString(),
          asker: asks.asker,
        })
      : null,
    // What only waits is not told to the store of changes; a revision is the first when it begins.
    told_revision: asks ? 1 : 0,
  };
}

export function fromRow(row: ChangeRow): StoredChange {
  const before = JSON.parse(row.before);
  const after = JSON.parse(row.after);
  const shares = shareChanges(before, after);
  const { asker, ...approval } = row.approval ? JSON.parse(row.approval) : {};
  return {
    before,
    after,
    requestHash: row.request_hash,
    ...(row.content_hash && { contentHash: row.content_hash }),
    ...(asker && { asker }),
    change: {
      id: row.id,
      entityRef: row.entity_ref,
      environment: row.environment,
      virtualService: row.virtual_service,
      kind: row.kind === 'undo' ? 'undo' : 'shift',
      ...(row.undo_of && { undoOf: row.undo_of }),
      ...(row.undone_by && { undoneBy: row.undone_by }),
      person: row.person,
      impersonated: JSON.parse(row.impersonated),
      ...(row.reason && { reason: row.reason }),
      takenOverFrom: JSON.parse(row.taken_over_from),
      shares,
      summary: describeShareChanges(shares),
      intentAt: row.intent_at.toISOString(),
      outcome: row.outcome as ChangeOutcome,
      ...(row.outcome_at && { outcomeAt: row.outcome_at.toISOString() }),
      ...(row.error && { error: row.error }),
      resourceVersionBefore: row.resource_version_before,
      ...(row.resource_version_after && {
        resourceVersionAfter: row.resource_version_after,
      }),
      ...(row.effect && { effect: JSON.parse(row.effect) }),
      ...(row.approval && {
        approval: {
          ...approval,
          ...(row.approval_id && { requestId: row.approval_id }),
        },
      }),
    },
  };
}
