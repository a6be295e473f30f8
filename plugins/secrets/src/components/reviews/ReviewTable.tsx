import { KeyboardEvent, useState } from 'react';
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
import {
  GrantSummary,
  ReviewCampaign,
  ReviewItem,
  ReviewVerdict,
} from '@shopfloor/plugin-secrets-common';
import {
  ConfirmDialog,
  EnvironmentBadge,
  moveAcrossRows,
  rowHeaderSx,
  StateBadge,
  useFormat,
  useIdempotencyKey,
  useNow,
} from '@shopfloor/ui';
import { secretsApiRef } from '../../api';
import { longestLeft } from '../../core/timeLeft';
import { useEnvironments } from '../../hooks/useEnvironments';
import { secretsTranslationRef } from '../../translation/translation';
import {
  accessWords,
  entityName,
  grantHref,
  inWords,
  secretName,
  subjectName,
} from '../../words';
import { TimeLeft } from '../grants/TimeLeft';

function nameOf(grant: GrantSummary): string {
  return `${entityName(grant.owner)} / ${secretName(grant.secret)}, ${subjectName(grant.subject)}`;
}

/** The grants of a campaign. Arrow keys move between them; K keeps the one in focus, R takes it away. */
export function ReviewTable(props: {
  campaign: ReviewCampaign;
  items: ReviewItem[];
  onDone: (campaign: ReviewCampaign) => void;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const now = useNow(30_000);
  const api = useApi(secretsApiRef);
  const { run } = useIdempotencyKey();
  const [revoking, setRevoking] = useState<GrantSummary>();
  const [working, setWorking] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const { campaign, items, onDone } = props;
  const open = (item: ReviewItem) =>
    item.mayDecide && !item.verdict && !campaign.closedAt;
  const decide = (grantId: string, verdict: ReviewVerdict, comment?: string) =>
    run(async idempotencyKey =>
      onDone(
        await api.decideReview(
          { id: campaign.id, grantId, verdict, ...(comment && { comment }) },
          { idempotencyKey },
        ),
      ),
    );
  const keep = async (grant: GrantSummary) => {
    setProblem(undefined);
    setWorking(grant.id);
    try {
      await decide(grant.id, 'keep');
    } catch (error) {
      setProblem(inWords(error).message);
    } finally {
      setWorking(undefined);
    }
  };
  const byKey = (event: KeyboardEvent<HTMLTableSectionElement>) => {
    const id = (event.target as HTMLElement).closest('tr')?.dataset.grant;
    const item = items.find(({ grant }) => grant.id === id);
    const plain = !event.altKey && !event.ctrlKey && !event.metaKey;
    const key = event.key.toLocaleLowerCase('en-US');
    if (
      item &&
      open(item) &&
      plain &&
      !working &&
      (key === 'k' || key === 'r')
    ) {
      event.preventDefault();
      if (key === 'k') {
        keep(item.grant);
      } else {
        setRevoking(item.grant);
      }
    } else {
      moveAcrossRows(event);
    }
  };
  const full = longestLeft(
    items.map(({ grant }) => grant),
    now,
  );
  return (
    <>
      {items.some(open) && (
        <Typography variant="body2" color="text.secondary" sx={{ mb: 1 }}>
          {t('review.keys')}
        </Typography>
      )}
      {problem && (
        <Alert severity="error" sx={{ mb: 1 }}>
          {problem}
        </Alert>
      )}
      <TableContainer component={Paper} variant="outlined">
        <Table size="small" aria-label={t('review.grants')}>
          <TableHead>
            <TableRow>
              <TableCell>{t('list.grant')}</TableCell>
              <TableCell>{t('list.subject')}</TableCell>
              <TableCell>{t('list.left')}</TableCell>
              <TableCell>{t('review.decision')}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody onKeyDown={byKey}>
            {items.map(item => (
              <Row
                key={item.grant.id}
                item={item}
                open={open(item)}
                working={working !== undefined}
                now={now}
                full={full}
                onKeep={keep}
                onRevoke={setRevoking}
              />
            ))}
          </TableBody>
        </Table>
      </TableContainer>
      {revoking && (
        <RevokeItemDialog
          grant={revoking}
          onClose={() => setRevoking(undefined)}
          onConfirm={async comment => {
            try {
              await decide(revoking.id, 'revoke', comment);
              setRevoking(undefined);
            } catch (error) {
              throw inWords(error);
            }
          }}
        />
      )}
    </>
  );
}

function Row(props: {
  item: ReviewItem;
  open: boolean;
  working: boolean;
  now: number;
  full: number;
  onKeep: (grant: GrantSummary) => void;
  onRevoke: (grant: GrantSummary) => void;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { environmentOf } = useEnvironments();
  const { item, open, working, now, full, onKeep, onRevoke } = props;
  const { grant } = item;
  const name = nameOf(grant);
  return (
    <TableRow hover data-grant={grant.id}>
      <TableCell
        component="th"
        scope="row"
        sx={{ ...rowHeaderSx, minWidth: 200 }}
      >
        <Link to={grantHref(grant.id)}>
          {entityName(grant.owner)} / {secretName(grant.secret)}
        </Link>
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
            {t(`kind.${grant.secret.kind}`)}: {accessWords(grant.access, t)}
          </Typography>
        </Box>
      </TableCell>
      <TableCell>{subjectName(grant.subject)}</TableCell>
      <TableCell>
        <TimeLeft grant={grant} now={now} full={full} />
      </TableCell>
      <TableCell>
        {open ? (
          <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
            <Button
              size="small"
              variant="outlined"
              disabled={working}
              aria-label={t('review.keepNamed', { name })}
              aria-keyshortcuts="K"
              onClick={() => onKeep(grant)}
            >
              {t('review.keep')}
            </Button>
            <Button
              size="small"
              color="error"
              disabled={working}
              aria-label={t('review.revokeNamed', { name })}
              aria-keyshortcuts="R"
              onClick={() => onRevoke(grant)}
            >
              {t('review.revoke')}
            </Button>
          </Box>
        ) : (
          <Verdict item={item} now={now} />
        )}
      </TableCell>
    </TableRow>
  );
}

function Verdict(props: { item: ReviewItem; now: number }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const format = useFormat();
  const { item, now } = props;
  const { verdict, decidedBy, decidedAt, comment } = item;
  if (!verdict) {
    return (
      <>
        <StateBadge state="unknown" label={t('review.openState')} />
        {!item.mayDecide && (
          <Typography variant="body2" color="text.secondary">
            {t('review.notMine')}
          </Typography>
        )}
      </>
    );
  }
  return (
    <>
      <StateBadge
        state={verdict === 'keep' ? 'ok' : 'paused'}
        label={t(
          verdict === 'keep' ? 'review.keptState' : 'review.revokedState',
        )}
      />
      {decidedBy && decidedAt && (
        <Typography variant="body2" color="text.secondary">
          {t('review.by', {
            who: entityName(decidedBy),
            when: format.relative(decidedAt, now),
          })}
        </Typography>
      )}
      {comment && (
        <Typography variant="body2" color="text.secondary">
          “{comment}”
        </Typography>
      )}
    </>
  );
}

function RevokeItemDialog(props: {
  grant: GrantSummary;
  onClose: () => void;
  onConfirm: (comment: string) => Promise<void>;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { environmentOf } = useEnvironments();
  const [comment, setComment] = useState('');
  const { grant, onClose, onConfirm } = props;
  const environment = environmentOf(grant.environment);
  return (
    <ConfirmDialog
      open
      destructive
      title={t('review.revokeTitle', { name: nameOf(grant) })}
      act={t('review.revokeAct', {
        environment: environment.title ?? environment.name,
      })}
      disabledReason={comment.trim() ? undefined : t('review.commentMissing')}
      onClose={onClose}
      onConfirm={() => onConfirm(comment.trim())}
    >
      <Typography variant="body2" sx={{ mb: 2 }}>
        {t('review.revokeHelp')}
      </Typography>
      <TextField
        fullWidth
        required
        multiline
        minRows={2}
        label={t('review.comment')}
        value={comment}
        onChange={event => setComment(event.target.value)}
        inputProps={{ maxLength: 1_000 }}
      />
    </ConfirmDialog>
  );
}
