import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  ObjectivePart,
  ObjectiveResult,
  sloHref,
} from '@shopfloor/plugin-slo-common';
import { Panel, rowHeaderSx, StateBadge, useFormat } from '@shopfloor/ui';
import { sloTranslationRef } from '../translation/translation';

/** The parts of a composite SLO, or the steps of a user journey, with their weights. Nothing of any other SLO. */
export function PartTable(props: {
  objective: ObjectiveResult;
  environment: string;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { objective, environment } = props;
  const { parts } = objective;
  if (!parts) {
    return null;
  }
  const weights = parts.reduce((sum, { weight }) => sum + weight, 0);
  const journey = parts.some(({ sloId, hidden }) => sloId || hidden);
  return (
    <Panel
      spaced
      title={journey ? t('parts.journey') : t('parts.composite')}
      help={t('parts.help')}
    >
      <Box
        tabIndex={0}
        role="region"
        aria-label={journey ? t('parts.journey') : t('parts.composite')}
        sx={{ overflowX: 'auto' }}
      >
        <Table size="small">
          <TableHead>
            <TableRow>
              <TableCell>{t('parts.part')}</TableCell>
              <TableCell align="right">{t('parts.weight')}</TableCell>
              <TableCell align="right">{t('figure.objective')}</TableCell>
              <TableCell align="right">{t('figure.measured')}</TableCell>
              <TableCell>{t('parts.state')}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {parts.map((part, index) => (
              <TableRow key={`${index} ${part.name}`}>
                <TableCell component="th" scope="row" sx={rowHeaderSx}>
                  {part.entityRef ? (
                    <Link
                      to={sloHref({
                        entityRef: part.entityRef,
                        environment,
                        name: part.name,
                      })}
                    >
                      {part.name}
                    </Link>
                  ) : (
                    <>{part.hidden ? t('parts.hidden') : part.name}</>
                  )}
                </TableCell>
                <TableCell align="right">
                  {t('parts.weightOf', {
                    weight: format.number(part.weight),
                    share: format.percent(part.weight / weights),
                  })}
                </TableCell>
                <TableCell align="right">
                  {format.percent(part.hidden ? undefined : part.target)}
                </TableCell>
                <TableCell align="right">
                  {format.percent(part.serviceLevel)}
                </TableCell>
                <TableCell>
                  <PartState part={part} />
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Box>
    </Panel>
  );
}

function PartState(props: { part: ObjectivePart }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const { serviceLevel, target } = props.part;
  if (serviceLevel === undefined) {
    return <StateBadge state="unknown" />;
  }
  return serviceLevel >= target ? (
    <StateBadge state="ok" label={t('parts.above')} />
  ) : (
    <StateBadge state="failing" label={t('parts.below')} />
  );
}
