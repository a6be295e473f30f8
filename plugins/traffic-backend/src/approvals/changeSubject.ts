import { parseEntityRef } from '@backstage/catalog-model';
import {
  ApprovalOutcome,
  LocalizedText,
  Risk,
} from '@shopfloor/plugin-approvals-common';
import { AskOptions, contentHash } from '@shopfloor/plugin-approvals-node';
import { Environment } from '@shopfloor/plugin-environments-common';
import {
  ChangeGate,
  MeasuredShares,
  RouteChange,
  movedShare,
  snapshotYaml,
} from '@shopfloor/plugin-traffic-common';
import { ChangeIntent, StoredChange } from '../database/TrafficStore';
import { gateWords } from '../gate/gateWords';

/** Type of the subjects of this plugin. */
export const TRAFFIC_SUBJECT = 'traffic-change';

/** A step of more than so much, 0 to 1, is of high risk in production. */
const HIGH_RISK_STEP = 0.5;

/** Hash of all that an approval of the change is about: from what state, to what state, of which object, as whom. */
export function changeHash(
  intent: Pick<
    ChangeIntent,
    | 'id'
    | 'entityRef'
    | 'environment'
    | 'virtualService'
    | 'person'
    | 'takenOverFrom'
    | 'before'
    | 'after'
    | 'reason'
  >,
): string {
  const { id, entityRef, environment, virtualService, person } = intent;
  const { takenOverFrom, before, after, reason } = intent;
  return contentHash({
    id,
    entityRef,
    environment,
    virtualService,
    person,
    takenOverFrom,
    before,
    after,
    reason,
  });
}

/** The request for an approval of a change that waits. */
export function askAbout(options: {
  stored: StoredChange;
  environment: Environment;
  /** What flows now; absent when it is not known. */
  measured?: MeasuredShares;
}): AskOptions {
  const { stored, environment, measured } = options;
  const { change, before, after } = stored;
  const { kind, namespace, name } = parseEntityRef(change.entityRef);
  const step = change.approval?.step ?? movedShare(change.shares);
  const gains = [...change.shares].sort(
    (a, b) => b.to - b.from - a.to + a.from,
  );
  const to = percent(gains[0]?.to ?? 0);
  const subset = gains[0]?.subset ?? '';
  return {
    requestKey: change.id,
    type: TRAFFIC_SUBJECT,
    subjectId: change.id,
    entityRef: change.entityRef,
    environment: environment.name,
    production: environment.production,
    title: {
      en: `Send ${to} of ${name} to ${subset} in ${environment.title}`,
      zh: `在${environment.title}将 ${name} 的 ${to} 流量发往 ${subset}`,
    },
    diff: {
      words: [
        ...change.shares.map(share => ({
          en: `${share.subset} gets ${percent(share.to)} of the requests (now ${percent(share.from)}).`,
          zh: `${share.subset} 获得 ${percent(share.to)} 的请求（现为 ${percent(share.from)}）。`,
        })),
        ...whyWords(change, name),
      ],
      fields: change.shares.map(share => ({
        label: {
          en: `Share of ${share.subset}`,
          zh: `${share.subset} 的占比`,
        },
        before: percent(share.from),
        after: percent(share.to),
      })),
      texts: [
        {
          name: `${change.virtualService}.yaml`,
          before: snapshotYaml(before),
          after: snapshotYaml(after),
        },
      ],
      affected: [
        {
          text: affectedWords(name, change, measured),
          entityRef: change.entityRef,
        },
        ...(measured?.callers ?? []).map(({ source }) => ({
          text: { en: `Caller ${source}`, zh: `调用方 ${source}` },
        })),
      ],
      undo: {
        en: 'Undo beside the change in the history of the route brings back exactly what is there now, and waits for nobody.',
        zh: '在路由的历史记录中点击“撤销”即可精确恢复现在的内容，无需等待任何人。',
      },
    },
    contentHash: stored.contentHash ?? changeHash({ ...change, before, after }),
    risk: riskOf(environment, { step, gate: change.approval?.gate }),
    requester: change.person,
    reason: change.reason ?? change.summary,
    link: `/catalog/${namespace}/${kind}/${name}/traffic?env=${environment.name}`,
  };
}

/** Why a change did not begin although it was asked for. */
export function notApprovedWords(
  outcome: Pick<ApprovalOutcome, 'outcome' | 'by' | 'comment'>,
): string {
  const by = outcome.by.length > 0 ? ` by ${outcome.by.join(', ')}` : '';
  const comment = outcome.comment ? `: ${outcome.comment}` : '';
  switch (outcome.outcome) {
    case 'expired':
      return 'Nobody decided in time; ask again with what the route looks like by then';
    case 'withdrawn':
      return `Taken back${comment}`;
    case 'superseded':
      return 'Another request took its place';
    default:
      return `Denied${by}${comment}`;
  }
}

/** Why a change is not made although it was asked for. */
export function movedOn(name: string): string {
  return `VirtualService '${name}' was changed since this was asked for, so it would not do what was shown; ask again from what is there now`;
}

/** Why the change asks: the size of its step, and what the release gate says. */
function whyWords(
  { approval, shares }: RouteChange,
  service: string,
): LocalizedText[] {
  const step = points(approval?.step ?? movedShare(shares));
  const { abovePercent, gate } = approval ?? {};
  return [
    abovePercent === undefined
      ? {
          en: `One step sends ${step} percentage points to a newer version.`,
          zh: `这一步将 ${step} 个百分点的请求发往更新的版本。`,
        }
      : {
          en: `One step sends ${step} percentage points to a newer version; above ${abovePercent} it asks.`,
          zh: `这一步将 ${step} 个百分点的请求发往更新的版本；超过 ${abovePercent} 个百分点需要审批。`,
        },
    ...(gate ? [gateWords(gate, service)] : []),
  ];
}

function riskOf(
  { production }: Environment,
  { step, gate }: { step: number; gate: ChangeGate | undefined },
): Risk {
  if (!production) {
    return 'low';
  }
  return step > HIGH_RISK_STEP || gate?.effect === 'ask' ? 'high' : 'medium';
}

function affectedWords(
  name: string,
  { shares }: RouteChange,
  measured: MeasuredShares | undefined,
): LocalizedText {
  const moved = movedShare(shares);
  const share = percent(moved);
  if (!measured || measured.stale) {
    return {
      en: `${share} of the requests to ${name}; how many there are is not known now`,
      zh: `发往 ${name} 的 ${share} 的请求；目前无法得知数量`,
    };
  }
  const rate = Number((moved * measured.requestsPerSecond).toPrecision(3));
  return {
    en: `${share} of the requests to ${name}, about ${rate} per second`,
    zh: `发往 ${name} 的 ${share} 的请求，约每秒 ${rate} 个`,
  };
}

function percent(share: number): string {
  return `${points(share)} %`;
}

function points(share: number): number {
  return Number((share * 100).toPrecision(3));
}
