import { useEffect, useRef, useState } from 'react';
import Alert from '@mui/material/Alert';
import Paper from '@mui/material/Paper';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { ReviewCampaign, ReviewItem } from '@shopfloor/plugin-secrets-common';
import { useNow } from '@shopfloor/ui';
import { longestLeft } from '../../core/timeLeft';
import { secretsTranslationRef } from '../../translation/translation';
import { decideByKey, focusNext } from './reviewFocus';
import { RevokeItemDialog } from './RevokeItemDialog';
import { ReviewRow, Revoking } from './ReviewRow';

/** The grants of a campaign; each is kept or taken away, also by keys. */
export function ReviewTable(props: {
  campaign: ReviewCampaign;
  items: ReviewItem[];
  onDone: (campaign: ReviewCampaign) => void;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const now = useNow(30_000);
  const [revoking, setRevoking] = useState<Revoking>();
  const [problem, setProblem] = useState<string>();
  const decided = useRef<Element | null>(null);
  const { campaign, items, onDone } = props;
  const open = (item: ReviewItem) =>
    item.mayDecide && !item.verdict && !campaign.closedAt;
  useEffect(() => {
    if (!revoking && decided.current) {
      focusNext(decided.current);
      decided.current = null;
    }
  }, [revoking]);
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
          <TableBody onKeyDown={decideByKey}>
            {items.map(item => (
              <ReviewRow
                key={item.grant.id}
                item={item}
                campaignId={campaign.id}
                open={open(item)}
                now={now}
                full={full}
                onDone={onDone}
                onProblem={setProblem}
                onRevoke={setRevoking}
              />
            ))}
          </TableBody>
        </Table>
      </TableContainer>
      {revoking && (
        <RevokeItemDialog
          campaignId={campaign.id}
          grant={revoking.grant}
          onClose={() => setRevoking(undefined)}
          onDone={next => {
            decided.current = revoking.row;
            onDone(next);
            setRevoking(undefined);
          }}
        />
      )}
    </>
  );
}
