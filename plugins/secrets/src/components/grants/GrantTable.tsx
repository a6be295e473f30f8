import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { GrantSummary, PLATFORM } from '@shopfloor/plugin-secrets-common';
import {
  EnvironmentBadge,
  moveAcrossRows,
  rowHeaderSx,
  StateBadge,
  useEnvironments,
  useNow,
} from '@shopfloor/ui';
import { longestLeft } from '../../core/timeLeft';
import { secretsTranslationRef } from '../../translation/translation';
import {
  accessWords,
  entityHref,
  grantHref,
  ownedName,
  stateOf,
  subjectName,
  subjectRef,
} from '../../words';
import { TimeLeft } from './TimeLeft';

/** Grants as rows; arrow keys move between them. */
export function GrantTable(props: { items: GrantSummary[]; label?: string }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const now = useNow(30_000);
  const full = longestLeft(props.items, now);
  return (
    <TableContainer component={Paper} variant="outlined">
      <Table size="small" aria-label={props.label ?? t('list.label')}>
        <TableHead>
          <TableRow>
            {(['grant', 'subject', 'state', 'left'] as const).map(column => (
              <TableCell key={column}>{t(`list.${column}`)}</TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody onKeyDown={moveAcrossRows}>
          {props.items.map(grant => (
            <Row key={grant.id} grant={grant} now={now} full={full} />
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}

function Row(props: { grant: GrantSummary; now: number; full: number }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { environmentOf } = useEnvironments();
  const { grant, now, full } = props;
  const { subject, secret, access, requestedBy } = grant;
  return (
    <TableRow hover>
      <TableCell
        component="th"
        scope="row"
        sx={{ ...rowHeaderSx, minWidth: 220 }}
      >
        <Link to={grantHref(grant.id)}>{ownedName(grant)}</Link>
        <Box
          sx={{
            display: 'flex',
            flexWrap: 'wrap',
            alignItems: 'center',
            gap: 1,
            mt: 0.5,
          }}
        >
          <EnvironmentBadge environment={environmentOf(grant.environment)} />
          <Typography variant="body2" color="text.secondary">
            {t(`kind.${secret.kind}`)}: {accessWords(access, t)}
          </Typography>
        </Box>
      </TableCell>
      <TableCell>
        <Link to={entityHref(subjectRef(subject))}>
          {subject.kind === 'person'
            ? t('grant.person', { who: subjectName(subject) })
            : subjectName(subject)}
        </Link>
        {requestedBy === PLATFORM && (
          <Typography variant="body2" color="text.secondary">
            {t('list.platform')}
          </Typography>
        )}
      </TableCell>
      <TableCell>
        <StateBadge
          state={stateOf(grant.state)}
          label={t(`state.${grant.state}`)}
        />
      </TableCell>
      <TableCell>
        <TimeLeft grant={grant} now={now} full={full} />
      </TableCell>
    </TableRow>
  );
}
