import { ReactNode } from 'react';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { StateBadge } from '../state/StateBadge';
import { State } from '../state/states';

/** Properties of {@link AnswerLine}. */
export interface AnswerLineProps {
  /** The answer in one sentence. */
  children: ReactNode;
  state?: State;
  /** Replaces the word of the state. */
  stateLabel?: string;
  /** What stands at the right: when it was observed, or one action. */
  aside?: ReactNode;
}

/** The first thing a page says: the answer in words. A screen reader hears it again when it changes. */
export function AnswerLine(props: AnswerLineProps) {
  return (
    <Box
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        columnGap: 1.5,
        rowGap: 1,
        mb: 2,
      }}
    >
      <Box
        role="status"
        sx={{
          display: 'flex',
          flexWrap: { xs: 'wrap', sm: 'nowrap' },
          alignItems: 'center',
          columnGap: 1.5,
          rowGap: 1,
          flex: '1 1 auto',
          minWidth: 0,
          maxWidth: '100%',
        }}
      >
        {props.state && (
          <StateBadge state={props.state} label={props.stateLabel} />
        )}
        <Typography
          component="p"
          sx={{ m: 0, fontSize: '1.0625rem', fontWeight: 600 }}
        >
          {props.children}
        </Typography>
      </Box>
      {props.aside}
    </Box>
  );
}
