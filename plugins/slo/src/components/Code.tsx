import { ReactNode } from 'react';
import Box from '@mui/material/Box';

/** A query or formula, whole and in lines as wide as the page. */
export function Code(props: { children: ReactNode }) {
  return (
    <Box
      component="code"
      sx={{
        display: 'block',
        p: 1,
        mt: 0.5,
        borderRadius: '6px',
        backgroundColor: 'var(--sf-surface-raised)',
        fontSize: '0.75rem',
        overflowWrap: 'anywhere',
        whiteSpace: 'pre-wrap',
      }}
    >
      {props.children}
    </Box>
  );
}
