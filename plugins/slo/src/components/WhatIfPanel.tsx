import { ReactNode } from 'react';
import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  ObjectiveResult,
  SloRowTrial,
  SloSummary,
  SloTargetTrial,
  SloWhatIf,
} from '@shopfloor/plugin-slo-common';
import {
  ErrorPanel,
  Formatters,
  LoadingPanel,
  ObservedAt,
  Panel,
  rowHeaderSx,
  useFormat,
  usePolled,
  useUrlState,
} from '@shopfloor/ui';
import { SloWords } from '../answer';
import { sloAnalysisApiRef } from '../api';
import { sloTranslationRef } from '../translation/translation';
import { TargetForm } from './TargetForm';
import { rangeInWords, useTimeRange } from './TimeRange';

const urlDefaults = { target: undefined as string | undefined };

/** A target as it stands in the URL, a share; `undefined` for none and for nonsense. */
function readTarget(text: string | undefined): number | undefined {
  const target = Number(text);
  return text && target > 0 && target < 1 ? target : undefined;
}

/** What budget and alerts would have been with another target, beside what they are, on the history that really was. */
export function WhatIfPanel(props: {
  slo: SloSummary;
  objectiveIndex: number;
  objective: ObjectiveResult;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const [url, setUrl] = useUrlState(urlDefaults);
  const tried = readTarget(url.target);
  return (
    <Panel spaced title={t('whatIf.title')} help={t('whatIf.help')}>
      <TargetForm
        defined={props.objective.target}
        tried={tried}
        onTry={target =>
          setUrl({ target: target === undefined ? undefined : String(target) })
        }
      />
      {tried !== undefined && <Trial {...props} tried={tried} />}
    </Panel>
  );
}

function Trial(props: {
  slo: SloSummary;
  objectiveIndex: number;
  objective: ObjectiveResult;
  tried: number;
}) {
  const api = useApi(sloAnalysisApiRef);
  const { choice, key } = useTimeRange();
  const { slo, objectiveIndex, objective, tried } = props;
  const { value, error, retry } = usePolled(
    `${slo.id} ${objectiveIndex} ${tried} ${key}`,
    signal =>
      api.whatIf(
        { id: slo.id, objective: objectiveIndex, target: tried, ...choice },
        { signal },
      ),
    { once: true },
  );
  if (value) {
    return <Comparison result={value} objective={objective} />;
  }
  return error ? (
    <ErrorPanel compact error={error} onRetry={retry} />
  ) : (
    <LoadingPanel rows={6} />
  );
}

function Comparison(props: { result: SloWhatIf; objective: ObjectiveResult }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { now, tried, coverageSeconds, rangeSeconds, observedAt } =
    props.result;
  const rows: Array<[string, (trial: SloTargetTrial) => ReactNode]> = [
    // Weights that may be spent tell nobody anything.
    ...(props.objective.parts
      ? []
      : [
          [
            t('whatIf.budget'),
            (trial: SloTargetTrial) => format.number(trial.budget),
          ] as [string, (trial: SloTargetTrial) => ReactNode],
        ]),
    [t('whatIf.left'), trial => format.percent(trial.budgetLeft)],
    [
      t('whatIf.worst'),
      trial =>
        trial.worstBurn
          ? t('whatIf.worstAt', {
              rate: format.number(trial.worstBurn.burnRate),
              at: format.moment(trial.worstBurn.at),
            })
          : format.number(undefined),
    ],
    ...now.rows.map(
      (row, index): [string, (trial: SloTargetTrial) => ReactNode] => [
        t('whatIf.row', {
          pair: t('burn.pair', {
            long: format.duration(row.longSeconds * 1000),
            short: format.duration(row.shortSeconds * 1000),
          }),
        }),
        trial => rowInWords(trial.rows[index], t, format),
      ],
    ),
  ];
  return (
    <>
      <Typography
        role="status"
        sx={{ fontWeight: 600, mt: 2, mb: 1 }}
        variant="body2"
      >
        {answer(props.result, t, format)}
      </Typography>
      <Box
        tabIndex={0}
        role="region"
        aria-label={t('whatIf.title')}
        sx={{ overflowX: 'auto' }}
      >
        <Table size="small">
          <TableHead>
            <TableRow>
              <TableCell>{t('whatIf.figure')}</TableCell>
              <TableCell>
                {t('whatIf.now', { target: format.percent(now.target) })}
              </TableCell>
              <TableCell>
                {t('whatIf.tried', { target: format.percent(tried.target) })}
              </TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {rows.map(([name, value]) => (
              <TableRow key={name}>
                <TableCell component="th" scope="row" sx={rowHeaderSx}>
                  {name}
                </TableCell>
                <TableCell>{value(now)}</TableCell>
                <TableCell>{value(tried)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Box>
      <Typography variant="body2" color="text.secondary" sx={{ mt: 1 }}>
        {t('whatIf.basis', {
          covered: format.duration(coverageSeconds * 1000),
          range: rangeInWords(props.result, t, format),
          missing:
            coverageSeconds < rangeSeconds
              ? t('whatIf.missing')
              : t('whatIf.whole'),
        })}{' '}
        <ObservedAt observedAt={observedAt} source="Prometheus" />
      </Typography>
    </>
  );
}

function answer(result: SloWhatIf, t: SloWords, format: Formatters): string {
  const { now, tried } = result;
  const target = format.percent(tried.target);
  if (tried.budgetLeft === undefined || now.budgetLeft === undefined) {
    return t('whatIf.answer.unknown', { target });
  }
  const firings = (trial: SloTargetTrial) =>
    trial.rows.reduce((sum, row) => sum + row.firings.length, 0);
  const alerts = t('whatIf.answer.alerts', {
    tried: format.number(firings(tried)),
    now: format.number(firings(now)),
  });
  return tried.budgetLeft > 0
    ? t('whatIf.answer.keeps', {
        target,
        left: format.percent(tried.budgetLeft),
        alerts,
      })
    : t('whatIf.answer.fails', {
        target,
        times: format.number(1 - tried.budgetLeft),
        alerts,
      });
}

function rowInWords(
  row: SloRowTrial | undefined,
  t: SloWords,
  format: Formatters,
): string {
  if (!row || row.status === 'too-coarse') {
    return t('whatIf.tooCoarse');
  }
  if (row.status === 'never') {
    return t('whatIf.never');
  }
  if (row.firings.length === 0) {
    return t('whatIf.quiet');
  }
  const last = row.firings[row.firings.length - 1];
  return t('whatIf.fired', {
    count: row.firings.length,
    at: format.moment(last.from),
  });
}
