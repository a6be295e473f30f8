import Box from '@mui/material/Box';
import { ChangesView } from './ChangesView';

/** The page `/changes`. */
export function ChangesPage() {
  return (
    <Box
      component="main"
      sx={{ p: { xs: 2, md: 3 }, maxWidth: 1320, minWidth: 0 }}
    >
      <ChangesView />
    </Box>
  );
}
