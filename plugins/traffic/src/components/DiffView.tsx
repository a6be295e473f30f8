import Box from '@mui/material/Box';

/** A unified diff; lines are marked by their sign, and by colour beside it. */
export function DiffView(props: { diff: string; label: string }) {
  return (
    <Box
      component="pre"
      tabIndex={0}
      aria-label={props.label}
      sx={{
        m: 0,
        p: 1.5,
        maxHeight: 280,
        overflow: 'auto',
        fontSize: '0.75rem',
        lineHeight: 1.5,
        borderRadius: '6px',
        backgroundColor: 'var(--sf-surface-sunken)',
      }}
    >
      {props.diff.split('\n').map((line, index) => (
        <Box
          component="span"
          key={index}
          sx={{ display: 'block', minHeight: '1.5em', ...colorsOf(line) }}
        >
          {line}
        </Box>
      ))}
    </Box>
  );
}

function colorsOf(line: string) {
  if (/^(---|\+\+\+|@@)/.test(line)) {
    return { color: 'var(--sf-text-secondary)' };
  }
  const state = { '+': 'ok', '-': 'failing' }[line[0]];
  return state
    ? {
        color: `var(--sf-state-${state}-foreground)`,
        backgroundColor: `var(--sf-state-${state}-background)`,
      }
    : {};
}
