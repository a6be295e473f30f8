import { ElementType } from 'react';
import Box from '@mui/material/Box';
import CheckCircleOutline from '@mui/icons-material/CheckCircleOutline';
import ErrorOutline from '@mui/icons-material/ErrorOutline';
import HelpOutline from '@mui/icons-material/HelpOutline';
import HistoryToggleOff from '@mui/icons-material/HistoryToggleOff';
import PauseCircleOutline from '@mui/icons-material/PauseCircleOutline';
import PersonOutline from '@mui/icons-material/PersonOutline';
import PlayCircleOutline from '@mui/icons-material/PlayCircleOutline';
import WarningAmber from '@mui/icons-material/WarningAmber';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { stateColor } from '../theme/cssVariables';
import { uiTranslationRef } from '../translation/translation';
import { State } from './states';

const icons: Record<State, ElementType> = {
  ok: CheckCircleOutline,
  'at-risk': WarningAmber,
  failing: ErrorOutline,
  unknown: HelpOutline,
  stale: HistoryToggleOff,
  paused: PauseCircleOutline,
  waiting: PersonOutline,
  running: PlayCircleOutline,
};

/** The icon of a state in the state's colour. Decorative: put the word beside it. */
export function StateIcon(props: { state: State; size?: number }) {
  const Icon = icons[props.state];
  return (
    <Icon
      aria-hidden
      sx={{ fontSize: props.size ?? 18, color: stateColor(props.state) }}
    />
  );
}

/** Properties of {@link StateBadge}. */
export interface StateBadgeProps {
  state: State;
  /** Replaces the word of the state, for example "2 of 3 keep their promise". */
  label?: string;
}

/** A state as icon, word and colour; the same everywhere. */
export function StateBadge(props: StateBadgeProps) {
  const { t } = useTranslationRef(uiTranslationRef);
  const { state, label } = props;
  return (
    <Box
      component="span"
      data-state={state}
      sx={{
        display: 'inline-flex',
        alignItems: 'center',
        gap: 0.5,
        px: 1,
        py: 0.25,
        borderRadius: '6px',
        border: `1px solid ${stateColor(state, 'border')}`,
        backgroundColor: stateColor(state, 'background'),
        color: stateColor(state),
        fontSize: '0.75rem',
        fontWeight: 600,
        lineHeight: '18px',
        whiteSpace: 'nowrap',
      }}
    >
      <StateIcon state={state} size={16} />
      {label ?? t(`state.${state}`)}
    </Box>
  );
}
