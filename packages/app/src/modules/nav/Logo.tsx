import Box from '@mui/material/Box';

/** The mark: four shelves of a shop floor, one of them lit. */
export function LogoMark(props: { size?: number }) {
  const size = props.size ?? 24;
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <rect width="24" height="24" rx="6" fill="var(--sf-accent)" />
      <path
        d="M6 7.5h12M6 12h7M6 16.5h12"
        stroke="var(--sf-accent-on-main)"
        strokeWidth="2.2"
        strokeLinecap="round"
      />
      <circle cx="17.2" cy="12" r="1.6" fill="var(--sf-accent-on-main)" />
    </svg>
  );
}

/** The mark and the name. */
export function Logo(props: { height?: number }) {
  const height = props.height ?? 24;
  return (
    <Box
      component="span"
      sx={{ display: 'inline-flex', alignItems: 'center', gap: 1.25 }}
    >
      <LogoMark size={height} />
      <Box
        component="span"
        sx={{
          fontSize: height * 0.72,
          fontWeight: 700,
          letterSpacing: '-0.01em',
          color: 'text.primary',
        }}
      >
        Shopfloor
      </Box>
    </Box>
  );
}
