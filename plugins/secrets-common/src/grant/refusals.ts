/** Why a command is refused, with stable codes. */
export const GRANT_REFUSALS = {
  'exists-already': 'A grant with this id is there already.',
  'not-there': 'There is no such grant.',
  'wrong-state': 'As the grant stands now, this cannot be done to it.',
  'not-due': 'It is not time for this, or it was done already.',
  'not-requester': 'Only who asked withdraws a request.',
  'nobody-acts': 'This is done by a person.',
  'content-changed':
    'What was decided is not what the grant is about; ask again.',
  'renewal-pending': 'A renewal is asked for already; wait for its decision.',
  'person-not-renewed':
    'Access of a person is for hours and is not renewed; ask for it anew.',
  'no-end': 'It has no end that could be moved.',
  'no-renewal': 'There is no such renewal.',
  'nothing-drifted': 'Nothing was changed by hand.',
  'platform-repairs':
    "The role of the database engine is the platform's; run the platform's pipeline, which writes it again.",
  'drift-not-removed':
    'It was not removed but changed. What nobody decided about cannot be accepted: repair the grant, or revoke it and ask for what is needed.',
  'already-so': 'It is so already.',
} as const;

/** Code of a refusal. */
export type GrantRefusalCode = keyof typeof GRANT_REFUSALS;

/** An expected refusal: a value, not a fault. */
export interface GrantRefusal {
  code: GrantRefusalCode;
  /** In English; the pages have their own words by code. */
  message: string;
}

/** A refusal with its words. */
export function grantRefusal(code: GrantRefusalCode): GrantRefusal {
  return { code, message: GRANT_REFUSALS[code] };
}
