import { Fragment } from 'react';
import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { BudgetFigures, ExclusionFigures } from '@shopfloor/plugin-slo-common';
import { rowHeaderSx, useFormat } from '@shopfloor/ui';
import { sloTranslationRef } from '../translation/translation';

/** The budget of each objective both ways: with a stretch and without. */
export function ExclusionFiguresTable(props: {
  objectives: ExclusionFigures[];
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { objectives } = props;
  const row = (
    name: string,
    figures: ExclusionFigures,
    show: (budget: BudgetFigures) => string,
  ) => (
    <TableRow>
      <TableCell component="th" scope="row" sx={rowHeaderSx}>
        {objectives.length > 1
          ? t('exclusion.of', {
              figure: name,
              objective: figures.displayName ?? format.percent(figures.target),
            })
          : name}
      </TableCell>
      <TableCell>{show(figures.counted)}</TableCell>
      <TableCell>{show(figures.excluded)}</TableCell>
    </TableRow>
  );
  return (
    <Box
      tabIndex={0}
      role="region"
      aria-label={t('exclusion.both')}
      sx={{ overflowX: 'auto' }}
    >
      <Table size="small">
        <TableHead>
          <TableRow>
            <TableCell>{t('exclusion.figure')}</TableCell>
            <TableCell>{t('exclusion.counted')}</TableCell>
            <TableCell>{t('exclusion.excluded')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {objectives.map(figures => (
            <Fragment key={figures.objective}>
              {row(t('figure.budgetLeft'), figures, ({ budgetLeft }) =>
                format.percent(budgetLeft),
              )}
              {row(t('figure.measured'), figures, ({ serviceLevel }) =>
                format.percent(serviceLevel),
              )}
              {figures.stretch &&
                row(t('exclusion.badOfAll'), figures, ({ counts }) =>
                  t('exclusion.ofAll', {
                    bad: format.number(counts?.bad),
                    total: format.number(counts?.total),
                    unit: t(`unit.${figures.unit}`),
                  }),
                )}
            </Fragment>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}
