import { ReactNode, useState } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { RotationTask } from '@shopfloor/plugin-secrets-common';
import {
  AnswerLine,
  Choice,
  ConfirmDialog,
  EmptyState,
  EnvironmentBadge,
  ErrorPanel,
  LoadingPanel,
  moveAcrossRows,
  rowHeaderSx,
  StateBadge,
  useFormat,
  useIdempotencyKey,
  useNow,
  useUrlState,
} from '@shopfloor/ui';
import { secretsApiRef } from '../../api';
import { useEnvironments, useVaults } from '../../hooks/useEnvironments';
import { secretsTranslationRef } from '../../translation/translation';
import {
  entityHref,
  entityName,
  grantHref,
  inWords,
  secretName,
} from '../../words';
import { useAsked } from '../../hooks/useAsked';

const PAGE = 25;

const urlDefaults = {
  show: 'open' as string,
  env: undefined as string | undefined,
  cursor: undefined as string | undefined,
};

/** Values that should be others, those due first. */
export function RotationList() {
  const { t } = useTranslationRef(secretsTranslationRef);
  const api = useApi(secretsApiRef);
  const { environments } = useEnvironments();
  const { productOf } = useVaults();
  const [url, setUrl] = useUrlState(urlDefaults);
  const state = url.show === 'done' ? 'done' : 'open';
  const product = productOf(url.env);
  const { value, error, retry } = useAsked(
    JSON.stringify([state, url]),
    signal =>
      api.listRotations(
        { state, environment: url.env, limit: PAGE, cursor: url.cursor },
        { signal },
      ),
  );
  let body: ReactNode = <LoadingPanel rows={5} />;
  if (value) {
    body = (
      <>
        {error && (
          <Alert severity="warning" sx={{ mb: 2 }}>
            {t('stale', { message: error.message })}
          </Alert>
        )}
        {state === 'open' && (
          <AnswerLine state={value.totalItems > 0 ? 'waiting' : 'ok'}>
            {value.totalItems > 0
              ? t('rotation.answer', { count: value.totalItems })
              : t('rotation.answerNone')}
          </AnswerLine>
        )}
        {value.items.length === 0 ? (
          <EmptyState
            title={t(
              state === 'open' ? 'rotation.empty' : 'rotation.emptyDone',
            )}
            description={t('rotation.emptyHelp')}
            docs="/docs/default/component/shopfloor-docs/how-to/secrets"
          />
        ) : (
          <RotationTable
            items={value.items}
            productOf={productOf}
            onDone={retry}
          />
        )}
        {(value.nextCursor || url.cursor) && (
          <Box sx={{ display: 'flex', gap: 2, mt: 2 }}>
            <Button
              size="small"
              disabled={!url.cursor}
              onClick={() => setUrl({ cursor: undefined }, { push: true })}
            >
              {t('list.first')}
            </Button>
            <Button
              size="small"
              disabled={!value.nextCursor}
              onClick={() =>
                setUrl({ cursor: value.nextCursor }, { push: true })
              }
            >
              {t('list.more')}
            </Button>
          </Box>
        )}
      </>
    );
  } else if (error) {
    body = <ErrorPanel error={error} onRetry={retry} />;
  }
  return (
    <>
      <Typography variant="body2" color="text.secondary" sx={{ mb: 2 }}>
        {t('rotation.help', { product })}
      </Typography>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, mb: 2 }}>
        <Choice
          label={t('rotation.view')}
          value={state}
          options={(['open', 'done'] as const).map(each => ({
            value: each,
            label: t(`rotation.${each}`),
          }))}
          onChange={show => setUrl({ show, cursor: undefined })}
        />
        <Choice
          label={t('filter.environment')}
          all={t('filter.any')}
          value={url.env ?? ''}
          options={environments.map(({ name, title }) => ({
            value: name,
            label: title ?? name,
          }))}
          onChange={env => setUrl({ env: env || undefined, cursor: undefined })}
        />
      </Box>
      {body}
    </>
  );
}

function RotationTable(props: {
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
        <FinishDialog
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

function taskName(task: RotationTask): string {
  return `${entityName(task.owner)} / ${secretName(task.secret)}`;
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
  const name = taskName(task);
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
      <TableCell>
        {t(`rotation.cause.${cause}`)}
        {grantId && (
          <>
            {' · '}
            <Link to={grantHref(grantId)}>{t('rotation.grant')}</Link>
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

function FinishDialog(props: {
  task: RotationTask;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const api = useApi(secretsApiRef);
  const { run } = useIdempotencyKey();
  const [comment, setComment] = useState('');
  const { task, onClose, onDone } = props;
  const name = taskName(task);
  return (
    <ConfirmDialog
      open
      title={t('rotation.markDoneNamed', { name })}
      act={t('rotation.markDoneAct', { name })}
      onClose={onClose}
      onConfirm={async () => {
        try {
          await run(idempotencyKey =>
            api.finishRotation(
              {
                id: task.id,
                ...(comment.trim() && { comment: comment.trim() }),
              },
              { idempotencyKey },
            ),
          );
          onDone();
        } catch (error) {
          throw inWords(error);
        }
      }}
    >
      <Typography variant="body2" sx={{ mb: 2 }}>
        {t('rotation.markDoneHelp')}
      </Typography>
      <TextField
        fullWidth
        label={t('rotation.comment')}
        value={comment}
        onChange={event => setComment(event.target.value)}
        inputProps={{ maxLength: 1_000 }}
      />
    </ConfirmDialog>
  );
}
