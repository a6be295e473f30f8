import { useState } from 'react';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  GradeFigures,
  ScorecardDefinition,
  WhatIfResult,
} from '@shopfloor/plugin-scorecards-common';
import {
  ErrorPanel,
  moveAcrossRows,
  Panel,
  rowHeaderSx,
  useFormat,
} from '@shopfloor/ui';
import { scorecardsApiRef } from '../api';
import { entityName, scorecardHref } from '../scorecardHref';
import { scorecardsTranslationRef } from '../translation/translation';
import { levelInWords, localized } from '../words';
import { GradeBadge } from './GradeBadge';

/** Tries other thresholds on what is known, and shows who would move. */
export function WhatIfPanel(props: { definition: ScorecardDefinition }) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const { locale } = useFormat();
  const api = useApi(scorecardsApiRef);
  const { definition } = props;
  const [thresholds, setThresholds] = useState<Record<string, string>>({});
  const [result, setResult] = useState<WhatIfResult>();
  const [error, setError] = useState<Error>();
  const tryIt = async () => {
    setError(undefined);
    try {
      setResult(
        await api.whatIf({
          scorecard: definition.name,
          change: {
            thresholds: Object.fromEntries(
              Object.entries(thresholds)
                .filter(([, text]) => text !== '')
                .map(([level, text]) => [level, Number(text)]),
            ),
          },
        }),
      );
    } catch (caught) {
      setResult(undefined);
      setError(caught as Error);
    }
  };
  return (
    <Panel spaced title={t('whatIf.title')} help={t('whatIf.help')}>
      <Box
        component="form"
        onSubmit={event => {
          event.preventDefault();
          tryIt();
        }}
        sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, my: 2 }}
      >
        {definition.levels.map(({ name, title, threshold }) => (
          <TextField
            key={name}
            size="small"
            type="number"
            label={t('whatIf.threshold', { level: localized(title, locale) })}
            value={thresholds[name] ?? String(threshold)}
            onChange={event =>
              setThresholds(last => ({ ...last, [name]: event.target.value }))
            }
            inputProps={{ min: 1, max: 100, step: 1 }}
            sx={{ minWidth: 220 }}
          />
        ))}
        <Button type="submit" variant="outlined">
          {t('whatIf.act')}
        </Button>
      </Box>
      {error && <ErrorPanel compact error={error} onRetry={tryIt} />}
      {result && <Movers definition={definition} result={result} />}
    </Panel>
  );
}

function Movers(props: {
  definition: ScorecardDefinition;
  result: WhatIfResult;
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const { locale } = useFormat();
  const { definition, result } = props;
  if (result.movers.length === 0) {
    return <Typography role="status">{t('whatIf.nobody')}</Typography>;
  }
  const cell = (figures: GradeFigures) => (
    <TableCell>
      <GradeBadge state={figures.state} />{' '}
      {levelInWords({ definition, rank: figures.rank, t, locale })}
    </TableCell>
  );
  return (
    <>
      <Typography role="status">
        {t('whatIf.movers', { count: result.movers.length })}
      </Typography>
      <Box sx={{ overflowX: 'auto' }}>
        <Table size="small">
          <TableHead>
            <TableRow>
              <TableCell>{t('list.service')}</TableCell>
              <TableCell>{t('whatIf.from')}</TableCell>
              <TableCell>{t('whatIf.to')}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody onKeyDown={moveAcrossRows}>
            {result.movers.slice(0, 100).map(mover => (
              <TableRow key={mover.entityRef}>
                <TableCell component="th" scope="row" sx={rowHeaderSx}>
                  <Link
                    to={scorecardHref({
                      entityRef: mover.entityRef,
                      scorecard: definition.name,
                    })}
                  >
                    {entityName(mover.entityRef)}
                  </Link>
                </TableCell>
                {cell(mover.before)}
                {cell(mover.after)}
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Box>
    </>
  );
}
