/** Why a command is refused, with stable codes. */
export const REFUSALS = {
  'exists-already': 'A request with this id is there already.',
  'not-there': 'There is no such request.',
  'no-approvers':
    'Nobody could approve this: a stage of the policy has no approvers other than who asks.',
  'wrong-state': 'The request is decided; this can no longer be done to it.',
  expired: 'The time for deciding has run out.',
  'wrong-stage':
    'The stage that was shown is not open any more; look at the request again.',
  'content-changed':
    'What was shown is not what the request is about; look at it again.',
  'requester-never-counts':
    'Who asked does not decide, neither as a member of a group nor through a delegation.',
  'not-an-approver': 'The policy does not name you for this stage.',
  'counted-already':
    'You, or the person in whose place you act, counted in this request already.',
  'no-delegation':
    'No delegation in force lets you decide in the place of that person.',
  'delegation-off': 'The policy lets nobody decide in the place of another.',
  'comment-missing': 'A denial and a review say why; write a comment.',
  'reason-missing': 'Breaking the glass needs a reason.',
  'text-missing': 'A comment without text says nothing.',
  'not-requester': 'Only who asked withdraws a request.',
  'no-break-glass': 'The policy has no way around a quorum.',
  'may-not-break-glass': 'The policy does not let you break the glass.',
  'not-a-reviewer': 'The policy does not name you as a reviewer.',
  'own-break-glass':
    'Who asked or broke the glass does not review it; another reviewer does.',
  'not-due': 'It is not time for this, or it was done already.',
  'nobody-acts': 'This is done by a person.',
} as const;

/** Code of a refusal. */
export type RefusalCode = keyof typeof REFUSALS;

/** An expected refusal: a value, not a fault. */
export interface Refusal {
  code: RefusalCode;
  /** In English; the pages have their own words by code. */
  message: string;
}

/** A refusal with its words. */
export function refusal(code: RefusalCode): Refusal {
  return { code, message: REFUSALS[code] };
}
