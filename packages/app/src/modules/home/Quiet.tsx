import { ReactNode } from 'react';
import Typography from '@mui/material/Typography';

/** Words where a list has nothing. */
export function Quiet(props: { children: ReactNode }) {
  return (
    <Typography variant="body2" color="text.secondary">
      {props.children}
    </Typography>
  );
}
