import { ReactNode } from 'react';
import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';

/** The common shape of empty, error and not-connected states. */
export function Message(props: {
  icon: ReactNode;
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  role?: 'alert' | 'status';
  compact?: boolean;
}) {
  return (
    <Paper
      variant="outlined"
      role={props.role}
      sx={{
        p: props.compact ? 2 : 3,
        display: 'flex',
        gap: 2,
        alignItems: 'flex-start',
        borderStyle: props.compact ? 'none' : 'solid',
        backgroundColor: props.compact ? 'transparent' : undefined,
      }}
    >
      <Box sx={{ display: 'flex', pt: 0.25 }}>{props.icon}</Box>
      <Box sx={{ minWidth: 0, flexGrow: 1 }}>
        <Typography component="p" sx={{ m: 0, fontWeight: 600 }}>
          {props.title}
        </Typography>
        {props.description && (
          <Typography
            component="div"
            variant="body2"
            color="text.secondary"
            sx={{ mt: 0.5, maxWidth: '70ch', overflowWrap: 'anywhere' }}
          >
            {props.description}
          </Typography>
        )}
        {props.actions && (
          <Box
            sx={{
              mt: 1.5,
              display: 'flex',
              flexWrap: 'wrap',
              alignItems: 'center',
              gap: 2,
            }}
          >
            {props.actions}
          </Box>
        )}
      </Box>
    </Paper>
  );
}
