import { NotificationPayload } from '@backstage/plugin-notifications-common';
import {
  ApprovalEvent,
  ApprovalRequest,
} from '@shopfloor/plugin-approvals-common';

/** Something to tell people. */
export interface Notice {
  /** Entity refs of users and groups. */
  recipients: string[];
  /** Entity refs of people who are not told, though in a group of the recipients. */
  except: string[];
  /** Whether those are told too who act for the recipients by a delegation, for this type of subject. */
  delegatesFor?: string;
  payload: NotificationPayload;
}

const TOPIC = 'approvals';

/** Address of a request in the portal. */
export function requestPath(id: string): string {
  return `/approvals/${id}`;
}

/** Whom an event is told to; `request` is the one after it. Each notice leads to the request. */
export function noticesOf(
  request: ApprovalRequest,
  event: ApprovalEvent,
): Notice[] {
  const { subject, requester, policy, stages, denials } = request;
  const decided = [
    ...stages.flatMap(({ approvals }) => approvals),
    ...denials,
  ].map(({ by }) => by);
  const tell = (
    recipients: string[],
    en: string,
    zh: string,
    more: Partial<Pick<NotificationPayload, 'severity' | 'description'>> &
      Partial<Pick<Notice, 'except' | 'delegatesFor'>> = {},
  ): Notice[] => {
    const { except = [], delegatesFor, ...payload } = more;
    const told = [...new Set(recipients)].filter(ref => !except.includes(ref));
    return told.length === 0
      ? []
      : [
          {
            recipients: told,
            except,
            ...(delegatesFor && { delegatesFor }),
            payload: {
              title: `${subject.title.en}: ${en} · ${subject.title.zh}：${zh}`,
              link: requestPath(request.id),
              topic: TOPIC,
              severity: 'normal',
              scope: `approvals:${request.id}:${event.type}`,
              ...payload,
            },
          },
        ];
  };
  const toApprovers = {
    except: [requester, ...decided],
    delegatesFor: policy.delegation ? subject.type : undefined,
    description: subject.reason,
  };
  switch (event.type) {
    case 'stage-opened':
      return tell(
        stages[event.stage].approvers,
        'your decision is asked for',
        '等待您审批',
        {
          ...toApprovers,
          severity: subject.risk === 'high' ? 'high' : 'normal',
        },
      );
    case 'reminded':
      return tell(
        stages[event.stage].approvers,
        'still waits for your decision',
        '仍在等待您审批',
        toApprovers,
      );
    case 'escalated':
      return [
        ...tell(
          policy.escalation?.fallback ?? [],
          'nobody has decided; your decision is asked for',
          '无人处理，现请您审批',
          { ...toApprovers, severity: 'high' },
        ),
        ...tell(
          [requester],
          'was passed on, since nobody has decided',
          '无人处理，已升级',
        ),
      ];
    case 'approved':
      return tell([requester], 'approved', '已批准');
    case 'auto-approved':
      return tell(
        [requester],
        'approved by the policy, without a person',
        '按策略自动批准',
        { description: `${event.reason.en} · ${event.reason.zh}` },
      );
    case 'denied':
      return tell([requester], 'denied', '已拒绝', {
        description: denials.at(-1)?.comment,
      });
    case 'expired':
      return tell(
        [requester],
        'expired before it was decided',
        '未及审批，已过期',
      );
    case 'withdrawn':
    case 'superseded':
      return tell(
        stages[request.stage].approvers,
        event.type === 'withdrawn'
          ? 'withdrawn'
          : 'replaced by a newer request',
        event.type === 'withdrawn' ? '已撤回' : '已被新的请求取代',
        { except: [requester], severity: 'low' },
      );
    case 'glass-broken':
      return tell(
        [
          requester,
          ...stages.flatMap(({ approvers }) => approvers),
          ...(policy.breakGlass?.reviewers ?? []),
        ],
        `goes ahead without its approvals, by ${event.by}; review until ${event.reviewDueAt}`,
        `${event.by} 已启用紧急放行，须在 ${event.reviewDueAt} 前复核`,
        {
          except: [event.by],
          severity: 'critical',
          description: event.reason,
        },
      );
    case 'review-overdue':
      return tell(
        policy.breakGlass?.reviewers ?? [],
        'the review of its broken glass is overdue',
        '紧急放行的复核已逾期',
        { except: [requester], severity: 'critical' },
      );
    case 'reviewed':
      return tell(
        [requester, ...(request.glass ? [request.glass.by] : [])],
        event.verdict === 'confirmed'
          ? 'the review confirms what was done'
          : 'the review objects to what was done',
        event.verdict === 'confirmed' ? '复核确认无误' : '复核提出异议',
        {
          description: event.comment,
          severity: event.verdict === 'objected' ? 'high' : 'normal',
        },
      );
    case 'commented':
      return tell(
        [
          requester,
          ...decided,
          ...(event.by === requester && request.state === 'waiting'
            ? stages[request.stage].approvers
            : []),
        ],
        'a new comment',
        '有新评论',
        { except: [event.by], severity: 'low', description: event.text },
      );
    default:
      return [];
  }
}
