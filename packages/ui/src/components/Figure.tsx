import { ReactNode } from 'react';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';

/** Properties of {@link Figure}. */
export interface FigureProps {
  /** What the figure is, in a few words. */
  label: string;
  /** The value, already formatted for the reader (`useFormat`). */
  value: string;
  /** The unit, when the formatted value does not carry one. */
  unit?: string;
  /** What the figure means, in a line below. */
  hint?: ReactNode;
  /** Dims the figure: it is older than it should be. */
  stale?: boolean;
}

/** One figure with its name, unit and meaning. */
export function Figure(props: FigureProps) {
  return (
    <Box component="dl" sx={{ m: 0, minWidth: 0 }}>
      <Typography component="dt" variant="body2" color="text.secondary">
        {props.label}
      </Typography>
      <Box component="dd" sx={{ m: 0 }} data-stale={props.stale || undefined}>
        <Box
          component="span"
          sx={{
            fontSize: '1.5rem',
            fontWeight: 600,
            // The words below stay as they are: dimmed, their contrast would be too low.
            opacity: props.stale ? 0.65 : 1,
          }}
        >
          {props.value}
        </Box>
        {props.unit && (
          <Box component="span" sx={{ ml: 0.5, color: 'text.secondary' }}>
            {props.unit}
          </Box>
        )}
        {props.hint && (
          <Typography
            component="div"
            variant="body2"
            color="text.secondary"
            sx={{ mt: 0.25 }}
          >
            {props.hint}
          </Typography>
        )}
      </Box>
    </Box>
  );
}
