import { useEffect, useId, useRef, useState } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import LinearProgress from '@mui/material/LinearProgress';
import Typography from '@mui/material/Typography';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { CheckRun } from '@shopfloor/plugin-checks-common';
import { ErrorPanel, useFormat, usePolled, useUrlState } from '@shopfloor/ui';
import { scorecardChecksApiRef } from '../api';
import { scorecardsTranslationRef } from '../translation/translation';

const urlDefaults = { run: undefined as string | undefined };

/** A run takes seconds, so it is asked about more often than what stands. */
const ASK_AGAIN_MILLISECONDS = 2_000;

/**
 * Has an entity looked at now and shows how far that is. The run goes on without the page; its id stands in the URL, so that
 * whoever comes back or reloads sees it.
 */
export function LookNow(props: {
  entityRef: string;
  may: boolean;
  /** All has been looked at. */
  onDone: () => void;
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const api = useApi(scorecardChecksApiRef);
  const { entityRef, may, onDone } = props;
  const [url, setUrl] = useUrlState(urlDefaults);
  const [starting, setStarting] = useState(false);
  const [failure, setFailure] = useState<Error>();
  const [underWay, setUnderWay] = useState(false);
  const reasonId = useId();
  const start = async () => {
    setFailure(undefined);
    setStarting(true);
    try {
      const { id } = await api.createRun({ entityRefs: [entityRef] });
      setUrl({ run: id });
    } catch (caught) {
      setFailure(caught as Error);
    } finally {
      setStarting(false);
    }
  };
  return (
    <Box sx={{ mb: 2 }}>
      <Box
        sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1 }}
      >
        <Button
          size="small"
          variant="outlined"
          disabled={!may || starting || (Boolean(url.run) && underWay)}
          aria-describedby={reasonId}
          onClick={start}
        >
          {t('run.act')}
        </Button>
        <Typography id={reasonId} variant="body2" color="text.secondary">
          {t(may ? 'run.help' : 'run.notAllowed')}
        </Typography>
      </Box>
      {failure && <ErrorPanel compact error={failure} />}
      {url.run && (
        <RunProgress
          key={url.run}
          id={url.run}
          onUnderWay={setUnderWay}
          onDone={onDone}
        />
      )}
    </Box>
  );
}

function RunProgress(props: {
  id: string;
  onUnderWay: (underWay: boolean) => void;
  onDone: () => void;
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const api = useApi(scorecardChecksApiRef);
  const { id, onUnderWay, onDone } = props;
  const { value, error, retry } = usePolled(`run ${id}`, signal =>
    api.getRun(id, { signal }),
  );
  const underWay = value ? !value.finishedAt : !error;
  const finished = Boolean(value?.finishedAt);
  const callbacks = useRef({ onUnderWay, onDone });
  callbacks.current = { onUnderWay, onDone };
  // After each answer, not at a fixed pace: asking again would drop the question that is under way.
  useEffect(() => {
    if (!value || value.finishedAt) {
      return undefined;
    }
    const timer = setTimeout(retry, ASK_AGAIN_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [value, retry]);
  useEffect(() => {
    callbacks.current.onUnderWay(underWay);
  }, [underWay]);
  useEffect(() => {
    if (finished) {
      callbacks.current.onDone();
    }
  }, [finished]);
  if (!value) {
    return error ? (
      <ErrorPanel compact error={error} onRetry={retry} />
    ) : (
      <LinearProgress aria-label={t('run.title')} sx={{ mt: 1 }} />
    );
  }
  return <RunState run={value} />;
}

function RunState(props: { run: CheckRun }) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const format = useFormat();
  const { items, progress, finishedAt } = props.run;
  const ended = progress.done + progress.failed;
  const failed = items.filter(({ state }) => state === 'failed');
  const words = finishedAt
    ? t('run.finished', { when: format.moment(finishedAt) })
    : t('run.progress', { done: String(ended), total: String(items.length) });
  return (
    <Box sx={{ mt: 1, maxWidth: 640 }}>
      {!finishedAt && (
        <LinearProgress
          variant="determinate"
          value={(100 * ended) / items.length}
          aria-label={t('run.title')}
        />
      )}
      <Typography role="status" variant="body2">
        {words}
      </Typography>
      {failed.length > 0 && (
        <Alert severity="warning" sx={{ mt: 1 }}>
          {t('run.failed')}
          {failed.map(({ collector, failure }) => (
            <div key={collector}>
              {collector}: {failure ?? t('run.noReason')}
            </div>
          ))}
        </Alert>
      )}
    </Box>
  );
}
