import Accordion from '@mui/material/Accordion';
import AccordionDetails from '@mui/material/AccordionDetails';
import AccordionSummary from '@mui/material/AccordionSummary';
import Box from '@mui/material/Box';
import ExpandMore from '@mui/icons-material/ExpandMore';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  allowedShare,
  ExplainedPart,
  ExplainedWindow,
  Explanation,
  ObjectiveResult,
  SloDetail,
} from '@shopfloor/plugin-slo-common';
import { rowHeaderSx, useFormat } from '@shopfloor/ui';
import { budgetInEvents, budgetWindowInWords } from '../answer';
import { sloTranslationRef } from '../translation/translation';
import { Code } from './Code';

/** A formula in words, and with its numbers below. */
function Formula(props: { words: string; numbers: string }) {
  return (
    <Box sx={{ mb: 1.5 }}>
      <Typography variant="body2">{props.words}</Typography>
      <Code>{props.numbers}</Code>
    </Box>
  );
}

/** How the numbers came about: formulas with their inputs, the queries, and what the data is worth. */
export function ExplainPanel(props: {
  slo: SloDetail;
  objective: ObjectiveResult;
  objectiveIndex: number;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const { slo, objective, objectiveIndex } = props;
  const { explanation } = slo;
  const weighted = objective.unit === 'weights';
  if (!explanation && !weighted) {
    return null;
  }
  const parts = explanation?.parts ?? (explanation ? [explanation] : []);
  // Of slices, each objective is counted by itself; of a weighted whole, every part counts.
  const mine = weighted
    ? parts
    : [
        parts.find(part => part.objective === String(objectiveIndex)) ??
          parts[0],
      ];
  return (
    <Accordion
      disableGutters
      variant="outlined"
      sx={{ mb: 2, '&::before': { display: 'none' } }}
    >
      <AccordionSummary expandIcon={<ExpandMore />}>
        <Box component="span" sx={{ fontSize: '0.875rem', fontWeight: 600 }}>
          {t('explain.title')}
        </Box>
      </AccordionSummary>
      <AccordionDetails>
        {weighted && <Weights objective={objective} />}
        <Formulas
          objective={objective}
          hour={
            weighted
              ? undefined
              : mine[0].windows.find(({ seconds }) => seconds === 3600)
          }
        />
        <Assumptions objective={objective} explanation={explanation} />
        {mine.map((part, index) => (
          <Part key={part.objective ?? index} part={part} named={weighted} />
        ))}
        {explanation && <Source slo={slo} explanation={explanation} />}
      </AccordionDetails>
    </Accordion>
  );
}

/** How a weighted whole comes from its parts. */
function Weights(props: { objective: ObjectiveResult }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const parts = props.objective.parts ?? [];
  const weights = parts.reduce((sum, { weight }) => sum + weight, 0);
  return (
    <Formula
      words={t('explain.weighted')}
      numbers={`(${parts
        .map(
          ({ weight, serviceLevel }) =>
            `${format.number(weight)} × ${format.percent(serviceLevel)}`,
        )
        .join(' + ')}) ÷ ${format.number(weights)} = ${format.percent(
        props.objective.serviceLevel,
      )}`}
    />
  );
}

function Formulas(props: {
  objective: ObjectiveResult;
  /** The last hour; absent where its counts are not those of the objective. */
  hour?: ExplainedWindow;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { objective, hour } = props;
  const { bad, total } = objective.counts;
  const { budget } = budgetInEvents(objective);
  const number = (value: number) =>
    format.number(value, { notation: 'standard', maximumSignificantDigits: 6 });
  const allowed = number(allowedShare(objective.target));
  return (
    <>
      <Formula
        words={t('explain.measured')}
        numbers={`1 − ${number(bad)} ÷ ${number(total)} = ${format.percent(
          objective.serviceLevel,
        )}`}
      />
      <Formula
        words={t('explain.budget')}
        numbers={`${allowed} × ${number(total)} = ${number(budget)}`}
      />
      <Formula
        words={t('explain.left')}
        numbers={`1 − ${number(bad)} ÷ ${number(budget)} = ${format.percent(
          objective.budgetLeft,
        )}`}
      />
      {hour && (
        <Formula
          words={t('explain.burn')}
          numbers={`${number(hour.counts.bad)} ÷ ${number(
            hour.counts.total,
          )} ÷ ${allowed} = ${format.number(objective.burnRate)}`}
        />
      )}
    </>
  );
}

/** What the figures take for granted. */
function Assumptions(props: {
  objective: ObjectiveResult;
  explanation?: Explanation;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const { objective, explanation } = props;
  const unit = objective.unit ?? 'events';
  return (
    <Typography variant="body2" component="ul" sx={{ pl: 2.5, mb: 2 }}>
      {unit === 'events' && <li>{t('explain.sums')}</li>}
      {unit === 'events' && explanation && (
        <li>
          {t('explain.events', {
            seconds: String(explanation.intervalSeconds),
          })}
        </li>
      )}
      {unit !== 'events' && <li>{t(`explain.counted.${unit}`)}</li>}
      <li>
        {objective.calendar
          ? t(`figure.projection.${objective.calendar.projection}`)
          : t('explain.forecast')}
      </li>
    </Typography>
  );
}

/** What was counted of one part, over each window and by which query. */
function Part(props: { part: ExplainedPart; named: boolean }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { part, named } = props;
  const whole = part.windows.at(-1);
  return (
    <>
      {named && (
        <Typography variant="body2" sx={{ fontWeight: 600 }}>
          {part.indicator ?? part.objective}
        </Typography>
      )}
      <Table size="small" sx={{ mb: 2, maxWidth: 480 }}>
        <TableHead>
          <TableRow>
            <TableCell>{t('explain.window')}</TableCell>
            <TableCell align="right">{t('explain.bad')}</TableCell>
            <TableCell align="right">{t('explain.all')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {part.windows.map(({ key, seconds, counts }) => (
            <TableRow key={key ?? seconds}>
              <TableCell component="th" scope="row" sx={rowHeaderSx}>
                {format.duration(seconds * 1000)}
              </TableCell>
              <TableCell align="right">{format.number(counts.bad)}</TableCell>
              <TableCell align="right">{format.number(counts.total)}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {whole && (
        <>
          <Typography variant="body2" sx={{ fontWeight: 600 }}>
            {t('explain.queries')}
          </Typography>
          <Formula
            words={t(
              part.numerator === 'good'
                ? 'explain.countedGood'
                : 'explain.countedBad',
            )}
            numbers={whole.countedExpression}
          />
          <Formula words={t('explain.all')} numbers={whole.totalExpression} />
        </>
      )}
    </>
  );
}

function Source(props: { slo: SloDetail; explanation: Explanation }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { slo, explanation } = props;
  return (
    <Typography variant="body2" color="text.secondary">
      {t('explain.source', { url: explanation.prometheusUrl })}
      {slo.coverage && (
        <>
          <br />
          {t('explain.coverage', {
            covered: format.duration(slo.coverage.seconds * 1000),
            window: budgetWindowInWords(slo, t, format),
            resolution: format.duration(slo.coverage.resolutionSeconds * 1000),
          })}
        </>
      )}
    </Typography>
  );
}
