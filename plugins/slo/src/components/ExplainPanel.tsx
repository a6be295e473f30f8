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
  Explanation,
  ObjectiveResult,
  SloDetail,
} from '@shopfloor/plugin-slo-common';
import { useFormat } from '@shopfloor/ui';
import { budgetInEvents, budgetWindowInWords } from '../answer';
import { sloTranslationRef } from '../translation/translation';
import { Code } from './Code';
import { rowHeaderSx } from './rowHeader';

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
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const { slo, objective } = props;
  const { explanation } = slo;
  if (!explanation) {
    return null;
  }
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
        <Formulas slo={slo} objective={objective} explanation={explanation} />
        <Windows explanation={explanation} />
        <Queries slo={slo} explanation={explanation} />
      </AccordionDetails>
    </Accordion>
  );
}

function Formulas(props: {
  slo: SloDetail;
  objective: ObjectiveResult;
  explanation: Explanation;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { objective, explanation } = props;
  const { bad, total } = objective.counts;
  const { budget } = budgetInEvents(objective);
  const number = (value: number) =>
    format.number(value, { notation: 'standard', maximumSignificantDigits: 6 });
  const hour = explanation.windows.find(({ seconds }) => seconds === 3600);
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
      <Typography variant="body2" component="ul" sx={{ pl: 2.5, mb: 2 }}>
        <li>{t('explain.sums')}</li>
        <li>
          {t('explain.events', {
            seconds: String(explanation.intervalSeconds),
          })}
        </li>
        <li>{t('explain.forecast')}</li>
      </Typography>
    </>
  );
}

function Windows(props: { explanation: Explanation }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  return (
    <Table size="small" sx={{ mb: 2, maxWidth: 480 }}>
      <TableHead>
        <TableRow>
          <TableCell>{t('explain.window')}</TableCell>
          <TableCell align="right">{t('explain.bad')}</TableCell>
          <TableCell align="right">{t('explain.all')}</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {props.explanation.windows.map(({ seconds, counts }) => (
          <TableRow key={seconds}>
            <TableCell component="th" scope="row" sx={rowHeaderSx}>
              {format.duration(seconds * 1000)}
            </TableCell>
            <TableCell align="right">{format.number(counts.bad)}</TableCell>
            <TableCell align="right">{format.number(counts.total)}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function Queries(props: { slo: SloDetail; explanation: Explanation }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { slo, explanation } = props;
  const whole = explanation.windows.at(-1);
  return (
    <>
      {whole && (
        <>
          <Typography variant="body2" sx={{ fontWeight: 600 }}>
            {t('explain.queries')}
          </Typography>
          <Formula
            words={t(
              explanation.numerator === 'good'
                ? 'explain.countedGood'
                : 'explain.countedBad',
            )}
            numbers={whole.countedExpression}
          />
          <Formula words={t('explain.all')} numbers={whole.totalExpression} />
        </>
      )}
      <Typography variant="body2" color="text.secondary">
        {t('explain.source', { url: explanation.prometheusUrl })}
        {slo.coverage && (
          <>
            <br />
            {t('explain.coverage', {
              covered: format.duration(slo.coverage.seconds * 1000),
              window: budgetWindowInWords(slo, t, format),
              resolution: format.duration(
                slo.coverage.resolutionSeconds * 1000,
              ),
            })}
          </>
        )}
      </Typography>
    </>
  );
}
