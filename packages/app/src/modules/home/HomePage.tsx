import Box from '@mui/material/Box';
import { ErrorPanel } from '@shopfloor/ui';
import { Attention } from './Attention';
import { MyServices } from './MyServices';
import { Notifications } from './Notifications';
import { RecentlyVisited } from './RecentlyVisited';
import { Starred } from './Starred';
import { NamedSource } from './useAttention';
import { useMine } from './useMine';

/** What of mine needs attention, then what is mine and where I was. */
export function HomePage(props: { sources: readonly NamedSource[] }) {
  const mine = useMine();
  return (
    <Box
      component="main"
      sx={{ p: { xs: 2, md: 4 }, maxWidth: 1320, minWidth: 0 }}
    >
      {mine.error && <ErrorPanel error={mine.error} />}
      <Box
        sx={{
          display: 'grid',
          gap: { xs: 3, md: 4 },
          gridTemplateColumns: {
            xs: 'minmax(0, 1fr)',
            lg: 'minmax(0, 2fr) minmax(280px, 1fr)',
          },
          alignItems: 'start',
        }}
      >
        <Attention sources={props.sources} mine={mine.value} />
        <Box sx={{ display: 'grid', gap: 3, minWidth: 0 }}>
          <MyServices mine={mine.value} loading={mine.loading} />
          <Notifications />
          <Starred />
          <RecentlyVisited />
        </Box>
      </Box>
    </Box>
  );
}
