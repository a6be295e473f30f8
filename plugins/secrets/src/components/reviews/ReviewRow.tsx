import { useState } from 'react';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TableCell from '@mui/material/TableCell';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  GrantSummary,
  ReviewCampaign,
  ReviewItem,
} from '@shopfloor/plugin-secrets-common';
import {
  EnvironmentBadge,
  rowHeaderSx,
  StateBadge,
  useEnvironments,
  useFormat,
  useIdempotencyKey,
} from '@shopfloor/ui';
import { secretsApiRef } from '../../api';
import { secretsTranslationRef } from '../../translation/translation';
import {
  accessWords,
  entityName,
  grantHref,
  grantName,
  inWords,
  ownedName,
  subjectName,
} from '../../words';
import { TimeLeft } from '../grants/TimeLeft';
import { focusNext } from './reviewFocus';

/** A grant that is about to be taken away, and the row from which. */
export interface Revoking {
  grant: GrantSummary;
  row: Element | null;
}

/** A grant under review: kept or taken away, or what was decided. */
export function ReviewRow(props: {
  item: ReviewItem;
  campaignId: string;
  open: boolean;
  now: number;
  full: number;
  onDone: (campaign: ReviewCampaign) => void;
  onProblem: (problem: string | undefined) => void;
  onRevoke: (revoking: Revoking) => void;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const api = useApi(secretsApiRef);
  const { run } = useIdempotencyKey();
  const [working, setWorking] = useState(false);
  const { environmentOf } = useEnvironments();
  const { item, campaignId, open, now, full } = props;
  const { grant } = item;
  const name = grantName(grant);
  const keep = async (row: Element | null) => {
    props.onProblem(undefined);
    setWorking(true);
    if (row) {
      focusNext(row);
    }
    try {
      props.onDone(
        await run(idempotencyKey =>
          api.decideReview(
            { id: campaignId, grantId: grant.id, verdict: 'keep' },
            { idempotencyKey },
          ),
        ),
      );
    } catch (error) {
      props.onProblem(`${name}: ${inWords(error, t).message}`);
    } finally {
      setWorking(false);
    }
  };
  return (
    <TableRow hover>
      <TableCell
        component="th"
        scope="row"
        sx={{ ...rowHeaderSx, minWidth: 200 }}
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
              onClick={event => keep(event.currentTarget.closest('tr'))}
            >
              {t('review.keep')}
            </Button>
            <Button
              size="small"
              color="error"
              disabled={working}
              aria-label={t('review.revokeNamed', { name })}
              aria-keyshortcuts="R"
              onClick={event =>
                props.onRevoke({
                  grant,
                  row: event.currentTarget.closest('tr'),
                })
              }
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
