import { ReactNode, useId } from 'react';
import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';

/** Properties of {@link Panel}. */
export interface PanelProps {
  title: string;
  /** One sentence under the heading. */
  help?: ReactNode;
  /** Controls or a remark at the end of the heading's line. */
  aside?: ReactNode;
  /** Keeps a distance to what follows, where the parent does not. */
  spaced?: boolean;
  children: ReactNode;
}

/** A part of a page: a framed region with its heading. */
export function Panel(props: PanelProps) {
  const id = useId();
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-labelledby={id}
      sx={{ p: 2, minWidth: 0, mb: props.spaced ? 2 : 0 }}
    >
      <Box
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          justifyContent: 'space-between',
          alignItems: 'baseline',
          gap: 1,
          mb: 1,
        }}
      >
        <Typography
          id={id}
          component="h2"
          sx={{ fontSize: '0.875rem', fontWeight: 600 }}
        >
          {props.title}
        </Typography>
        {props.aside}
      </Box>
      {props.help && (
        <Typography variant="body2" color="text.secondary" sx={{ mb: 1 }}>
          {props.help}
        </Typography>
      )}
      {props.children}
    </Paper>
  );
}
