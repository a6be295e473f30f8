import { ChangeOutcome } from '@shopfloor/plugin-audit-common';
import { State } from '@shopfloor/ui';

/** The state that an outcome is shown as; what is unknown is never good. */
export const changeStates: Record<ChangeOutcome, State> = {
  'in-progress': 'running',
  succeeded: 'ok',
  failed: 'failing',
  undone: 'paused',
  unknown: 'unknown',
};
