import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import { sloHref, SloSummary } from '@shopfloor/plugin-slo-common';
import {
  EnvironmentBadge,
  ObservedAt,
  StateBadge,
  moveAcrossRows,
  rowHeaderSx,
  useEnvironments,
  useFormat,
} from '@shopfloor/ui';
import { worstObjective } from '../answer';
import { sloTranslationRef } from '../translation/translation';
import { MaintenanceNote } from './MaintenanceNote';

/** Links one above the other need 24 pixels each to be hit. */
const targetSx = { lineHeight: '24px', '& a': { display: 'inline-block' } };

/** SLOs in the order they come, each by its objective with the least budget left. */
export function SloTable(props: { items: SloSummary[] }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { items } = props;
  const environments = useEnvironments().among(
    items.map(slo => slo.environment),
  );
  return (
    <Paper
      variant="outlined"
      tabIndex={0}
      role="region"
      aria-label={t('title')}
      sx={{ overflowX: 'auto' }}
    >
      <Table size="small">
        <TableHead>
          <TableRow>
            <TableCell>{t('list.column.state')}</TableCell>
            <TableCell>{t('list.column.slo')}</TableCell>
            <TableCell>{t('list.column.environment')}</TableCell>
            <TableCell align="right">{t('list.column.left')}</TableCell>
            <TableCell align="right">{t('list.column.objective')}</TableCell>
            <TableCell align="right">{t('list.column.measured')}</TableCell>
            <TableCell align="right">{t('list.column.burn')}</TableCell>
            <TableCell>{t('list.column.observed')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody onKeyDown={moveAcrossRows}>
          {items.map(slo => {
            const objective = worstObjective(slo);
            const stale = slo.state === 'stale';
            return (
              <TableRow key={slo.id} hover>
                <TableCell>
                  <StateBadge state={slo.state} />
                </TableCell>
                <TableCell component="th" scope="row" sx={rowHeaderSx}>
                  <Box sx={targetSx}>
                    <Link to={sloHref(slo)}>{slo.displayName ?? slo.name}</Link>
                  </Box>
                  <Box sx={{ ...targetSx, fontSize: '0.75rem' }}>
                    <EntityRefLink entityRef={slo.entityRef} />
                  </Box>
                  <MaintenanceNote seconds={slo.coverage?.maintenanceSeconds} />
                </TableCell>
                <TableCell>
                  <EnvironmentBadge
                    environment={
                      environments.find(
                        ({ name }) => name === slo.environment,
                      ) ?? { name: slo.environment }
                    }
                  />
                </TableCell>
                {[
                  format.percent(objective?.budgetLeft),
                  format.percent(objective?.target),
                  format.percent(objective?.serviceLevel),
                  t('figure.times', {
                    value: format.number(objective?.burnRate),
                  }),
                ].map((text, index) => (
                  <TableCell
                    key={index}
                    align="right"
                    sx={{ opacity: stale && index !== 1 ? 0.65 : 1 }}
                  >
                    {text}
                  </TableCell>
                ))}
                <TableCell>
                  <ObservedAt
                    observedAt={slo.observedAt}
                    source="Prometheus"
                    stale={stale}
                  />
                </TableCell>
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
    </Paper>
  );
}
