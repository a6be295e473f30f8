import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { SystemStatus } from '@shopfloor/plugin-status-common';
import { moveAcrossRows, useNow, useUrlState } from '@shopfloor/ui';
import { statusTranslationRef } from '../translation/translation';
import { SystemRow } from './SystemRow';

const defaults = { system: undefined as string | undefined };

// On a narrow screen a row becomes a card: each cell says its column itself.
const narrowRows = {
  '& thead': { display: { xs: 'none', md: 'table-header-group' } },
  '& tbody, & tr': { display: { xs: 'block', md: 'table-row-group' } },
  '& tr': {
    display: { xs: 'block', md: 'table-row' },
    position: 'relative',
    borderTop: { xs: '1px solid var(--sf-border-subtle)', md: 0 },
    py: { xs: 1, md: 0 },
  },
  '& td': { display: { xs: 'block', md: 'table-cell' } },
  '& td[data-label]': {
    borderBottom: { xs: 0, md: '1px solid var(--sf-border-subtle)' },
    py: { xs: 0.5, md: '10px' },
  },
  '& td[data-label]::before': {
    content: { xs: 'attr(data-label)', md: 'none' },
    display: 'block',
    fontSize: '0.75rem',
    color: 'var(--sf-text-secondary)',
  },
} as const;

const visuallyHidden = {
  position: 'absolute',
  width: '1px',
  height: '1px',
  overflow: 'hidden',
  clipPath: 'inset(50%)',
  whiteSpace: 'nowrap',
} as const;

/** The systems as a table; the open one is in the URL. */
export function SystemsTable(props: {
  systems: SystemStatus[];
  clockOffsetMs: number;
  stale: boolean;
}) {
  const { t } = useTranslationRef(statusTranslationRef);
  const now = useNow();
  const [{ system: open }, setState] = useUrlState(defaults);
  return (
    <Paper variant="outlined" sx={{ opacity: props.stale ? 0.7 : 1 }}>
      <Table sx={narrowRows}>
        <TableHead>
          <TableRow>
            <TableCell>{t('column.system')}</TableCell>
            <TableCell>{t('column.state')}</TableCell>
            <TableCell>{t('column.since')}</TableCell>
            <TableCell>{t('column.version')}</TableCell>
            <TableCell align="right">{t('column.latency')}</TableCell>
            <TableCell>{t('column.impact')}</TableCell>
            <TableCell>
              <Box component="span" sx={visuallyHidden}>
                {t('column.details')}
              </Box>
            </TableCell>
          </TableRow>
        </TableHead>
        <TableBody onKeyDown={moveAcrossRows}>
          {props.systems.map(system => (
            <SystemRow
              key={system.name}
              system={system}
              now={now}
              clockOffsetMs={props.clockOffsetMs}
              open={open === system.name}
              onToggle={() =>
                setState({
                  system: open === system.name ? undefined : system.name,
                })
              }
            />
          ))}
        </TableBody>
      </Table>
    </Paper>
  );
}
