import { useState } from 'react';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
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
import { RotationTask } from '@shopfloor/plugin-secrets-common';
import {
  EnvironmentBadge,
  moveAcrossRows,
  rowHeaderSx,
  StateBadge,
  useEnvironments,
  useFormat,
  useNow,
} from '@shopfloor/ui';
import { secretsTranslationRef } from '../../translation/translation';
import { entityHref, entityName, grantHref, ownedName } from '../../words';
import { FinishRotationDialog } from './FinishRotationDialog';

/** Values that should be others as rows; arrow keys move between them. */
export function RotationTable(props: {
  items: RotationTask[];
  productOf: (environment: string) => string;
  onDone: () => void;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const [finishing, setFinishing] = useState<RotationTask>();
  return (
    <>
      <TableContainer component={Paper} variant="outlined">
        <Table size="small" aria-label={t('rotation.label')}>
          <TableHead>
            <TableRow>
              {(['secret', 'why', 'due', 'act'] as const).map(column => (
                <TableCell key={column}>{t(`rotation.${column}`)}</TableCell>
              ))}
            </TableRow>
          </TableHead>
          <TableBody onKeyDown={moveAcrossRows}>
            {props.items.map(task => (
              <Row
                key={task.id}
                task={task}
                product={props.productOf(task.environment)}
                onFinish={setFinishing}
              />
            ))}
          </TableBody>
        </Table>
      </TableContainer>
      {finishing && (
        <FinishRotationDialog
          task={finishing}
          onClose={() => setFinishing(undefined)}
          onDone={() => {
            setFinishing(undefined);
            props.onDone();
          }}
        />
      )}
    </>
  );
}

function Row(props: {
  task: RotationTask;
  product: string;
  onFinish: (task: RotationTask) => void;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const format = useFormat();
  const now = useNow(30_000);
  const { environmentOf } = useEnvironments();
  const { task, product, onFinish } = props;
  const { cause, grantId, dueAt, doneAt, doneBy, comment, link } = task;
  const name = ownedName(task);
  const overdue = Date.parse(dueAt) <= now;
  return (
    <TableRow hover>
      <TableCell
        component="th"
        scope="row"
        sx={{ ...rowHeaderSx, minWidth: 200 }}
      >
        <Link to={entityHref(task.owner, 'secrets')}>{name}</Link>
        <Box sx={{ mt: 0.5 }}>
          <EnvironmentBadge environment={environmentOf(task.environment)} />
        </Box>
      </TableCell>
      <TableCell sx={{ minWidth: 180 }}>
        {t(`rotation.cause.${cause}`)}
        {grantId && (
          <>
            {' · '}
            <Link to={grantHref(grantId)} underline="always">
              {t('rotation.grant')}
            </Link>
          </>
        )}
        {comment && (
          <Typography variant="body2" color="text.secondary">
            “{comment}”
          </Typography>
        )}
      </TableCell>
      <TableCell>
        {doneAt ? (
          <>
            <StateBadge state="ok" label={t('rotation.done')} />
            <Typography variant="body2" color="text.secondary">
              {doneBy
                ? t('rotation.doneBy', {
                    who: entityName(doneBy),
                    when: format.relative(doneAt, now),
                  })
                : t('rotation.doneBySelf', {
                    when: format.relative(doneAt, now),
                  })}
            </Typography>
          </>
        ) : (
          <>
            <StateBadge
              state={overdue ? 'at-risk' : 'waiting'}
              label={t(overdue ? 'rotation.overdue' : 'rotation.soon')}
            />
            <Typography
              component="time"
              dateTime={dueAt}
              variant="body2"
              color="text.secondary"
              sx={{ display: 'block' }}
            >
              {format.relative(dueAt, now)}
            </Typography>
          </>
        )}
      </TableCell>
      <TableCell>
        {link && !doneAt && (
          <Link
            to={link}
            aria-label={t('rotation.enterNamed', { name, product })}
          >
            {t('rotation.enter')}
          </Link>
        )}
        {!doneAt &&
          (task.mayFinish ? (
            <Button
              size="small"
              aria-label={t('rotation.markDoneNamed', { name })}
              onClick={() => onFinish(task)}
            >
              {t('rotation.markDone')}
            </Button>
          ) : (
            <Typography variant="body2" color="text.secondary">
              {t('rotation.notAllowed')}
            </Typography>
          ))}
      </TableCell>
    </TableRow>
  );
}
