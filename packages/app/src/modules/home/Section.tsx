import { ReactNode, useId } from 'react';
import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';

/** One part of the home page: a heading and a card. */
export function Section(props: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-labelledby={id}
      sx={{ p: 2, minWidth: 0 }}
    >
      <Box
        sx={{
          display: 'flex',
          justifyContent: 'space-between',
          alignItems: 'baseline',
          gap: 2,
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
      {props.children}
    </Paper>
  );
}

/** Words where a list has nothing. */
export function Quiet(props: { children: ReactNode }) {
  return (
    <Typography variant="body2" color="text.secondary">
      {props.children}
    </Typography>
  );
}
