import { useState } from 'react';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Campaign,
  ScorecardDefinition,
} from '@shopfloor/plugin-scorecards-common';
import {
  ConfirmDialog,
  EmptyState,
  ErrorPanel,
  LoadingPanel,
  Panel,
  StateBadge,
  TimeSeriesChart,
  useFormat,
  useNow,
  usePolled,
} from '@shopfloor/ui';
import { scorecardsApiRef } from '../api';
import { scorecardsTranslationRef } from '../translation/translation';
import { CampaignDialog } from './CampaignDialog';
import { useCheckTitle } from './useCheckTitle';

/** Campaigns of a scorecard with how they go. */
export function Campaigns(props: { definition: ScorecardDefinition }) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const api = useApi(scorecardsApiRef);
  const [starting, setStarting] = useState(false);
  const { definition } = props;
  const { value, error, retry } = usePolled('campaigns', signal =>
    api.listCampaigns({ signal }),
  );
  if (!value) {
    return error ? (
      <ErrorPanel error={error} onRetry={retry} />
    ) : (
      <LoadingPanel rows={4} />
    );
  }
  const items = value.items.filter(
    ({ scorecard }) => scorecard === definition.name,
  );
  const start = (
    <Box
      sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}
    >
      <Button
        size="small"
        variant="outlined"
        disabled={!value.mayManage}
        onClick={() => setStarting(true)}
      >
        {t('campaign.start')}
      </Button>
      {!value.mayManage && (
        <Typography variant="body2" color="text.secondary">
          {t('campaign.notAllowed')}
        </Typography>
      )}
    </Box>
  );
  return (
    <>
      {items.length === 0 ? (
        <EmptyState
          title={t('empty.campaigns')}
          description={t('empty.campaignsHelp')}
          action={start}
        />
      ) : (
        <Box sx={{ mb: 2 }}>{start}</Box>
      )}
      {items.map(campaign => (
        <CampaignPanel
          key={campaign.id}
          campaign={campaign}
          mayEnd={value.mayManage && !campaign.endedAt}
          onChanged={retry}
        />
      ))}
      {starting && (
        <CampaignDialog
          definition={definition}
          onClose={() => setStarting(false)}
          onDone={() => {
            setStarting(false);
            retry();
          }}
        />
      )}
    </>
  );
}

function useAnswer(campaign: Campaign): string {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const format = useFormat();
  const now = useNow();
  const { state, done, latest, neededPerDay, projectedAt } = campaign.progress;
  if (!latest || latest.total === 0) {
    return t('campaign.answer.nothing');
  }
  if (done) {
    return t('campaign.answer.done');
  }
  const values = {
    passed: format.number(latest.passed),
    total: format.number(latest.total),
  };
  switch (state) {
    case 'ok':
      return t('campaign.answer.ok', {
        ...values,
        projected: projectedAt ? format.relative(projectedAt, now) : '',
      });
    case 'at-risk':
      return t('campaign.answer.at-risk', {
        ...values,
        needed: format.number(neededPerDay),
      });
    default:
      return t(`campaign.answer.${state}`, values);
  }
}

function CampaignPanel(props: {
  campaign: Campaign;
  mayEnd: boolean;
  onChanged: () => void;
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const format = useFormat();
  const api = useApi(scorecardsApiRef);
  const titleOf = useCheckTitle();
  const [ending, setEnding] = useState(false);
  const { campaign, mayEnd, onChanged } = props;
  const { id, title, progress, endedAt, deadline } = campaign;
  const answer = useAnswer(campaign);
  const detail = usePolled(`campaign ${id}`, signal =>
    api.getCampaign(id, { signal }),
  );
  return (
    <Panel
      spaced
      title={title}
      help={campaign.description}
      aside={
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
          <Typography variant="body2" color="text.secondary">
            {endedAt
              ? t('campaign.ended', { when: format.moment(endedAt) })
              : t('campaign.due', { when: format.moment(deadline) })}
          </Typography>
          {mayEnd && (
            <Button
              size="small"
              aria-label={t('campaign.endAct', { title })}
              onClick={() => setEnding(true)}
            >
              {t('campaign.end')}
            </Button>
          )}
        </Box>
      }
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, mb: 1 }}>
        <StateBadge state={progress.state} />
        <Typography>{answer}</Typography>
      </Box>
      <Typography variant="body2" color="text.secondary" sx={{ mb: 1 }}>
        {campaign.checks.map(titleOf).join(', ')}
      </Typography>
      {detail.error && !detail.value && (
        <ErrorPanel compact error={detail.error} onRetry={detail.retry} />
      )}
      {detail.value && (
        <TimeSeriesChart
          title={t('campaign.chart', { title })}
          unit="number"
          height={200}
          to={Math.max(Date.now(), Date.parse(deadline))}
          series={[
            {
              id: 'passed',
              label: t('campaign.passed'),
              points: detail.value.points.map(({ at, passed }) => ({
                at: Date.parse(at),
                value: passed,
              })),
            },
            {
              id: 'total',
              label: t('campaign.total'),
              dashed: true,
              points: detail.value.points.map(({ at, total }) => ({
                at: Date.parse(at),
                value: total,
              })),
            },
          ]}
        />
      )}
      <ConfirmDialog
        open={ending}
        title={t('campaign.endAct', { title })}
        act={t('campaign.endAct', { title })}
        onClose={() => setEnding(false)}
        onConfirm={async () => {
          await api.endCampaign(id);
          setEnding(false);
          onChanged();
        }}
      >
        <Typography variant="body2">{t('campaign.endHelp')}</Typography>
      </ConfirmDialog>
    </Panel>
  );
}
