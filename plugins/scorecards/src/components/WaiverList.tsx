import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { WaiverState } from '@shopfloor/plugin-scorecards-common';
import {
  Choice,
  EmptyState,
  ErrorPanel,
  LoadingPanel,
  usePolled,
  useUrlState,
} from '@shopfloor/ui';
import { scorecardsApiRef } from '../api';
import { scorecardsTranslationRef } from '../translation/translation';
import { WaiverTable } from './WaiverTable';

const STATES: WaiverState[] = [
  'waiting',
  'approved',
  'denied',
  'withdrawn',
  'revoked',
  'expired',
];

const urlDefaults = { waiver: undefined as string | undefined };

/** All waivers of a scorecard, with what the person may do with each. */
export function WaiverList(props: { scorecard: string }) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const api = useApi(scorecardsApiRef);
  const [url, setUrl] = useUrlState(urlDefaults);
  const state = STATES.find(each => each === url.waiver);
  const { scorecard } = props;
  const { value, error, retry } = usePolled(`${scorecard} ${state}`, signal =>
    api.listWaivers({ scorecard, state }, { signal }),
  );
  let body = <LoadingPanel rows={4} />;
  if (value && value.items.length > 0) {
    body = (
      <Paper variant="outlined" sx={{ p: 2 }}>
        <WaiverTable waivers={value.items} onChanged={retry} />
      </Paper>
    );
  } else if (value) {
    body = (
      <EmptyState
        title={t('empty.waivers')}
        description={t('empty.waiversHelp')}
        docs="/docs/default/component/shopfloor-docs/how-to/scorecards"
      />
    );
  } else if (error) {
    body = <ErrorPanel error={error} onRetry={retry} />;
  }
  return (
    <>
      <Box sx={{ mb: 2 }}>
        <Choice
          label={t('waiver.state')}
          all={t('list.all')}
          value={state ?? ''}
          options={STATES.map(each => ({
            value: each,
            label: t(`waiver.states.${each}`),
          }))}
          onChange={next => setUrl({ waiver: next || undefined })}
        />
      </Box>
      {body}
    </>
  );
}
