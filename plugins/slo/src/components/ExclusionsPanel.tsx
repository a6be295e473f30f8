import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { SloExclusions, SloSummary } from '@shopfloor/plugin-slo-common';
import {
  ErrorPanel,
  LoadingPanel,
  ObservedAt,
  Panel,
  usePolled,
  useUrlState,
} from '@shopfloor/ui';
import { sloExclusionsApiRef } from '../api';
import { sloTranslationRef } from '../translation/translation';
import { ExclusionDialog } from './ExclusionDialog';
import { ExclusionFiguresTable } from './ExclusionFiguresTable';
import { ExclusionList } from './ExclusionList';

const urlDefaults = { exclude: undefined as string | undefined };

/** Past maintenance: what is left out since it was approved, with both figures, and asking for more. */
export function ExclusionsPanel(props: { slo: SloSummary }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const api = useApi(sloExclusionsApiRef);
  const { slo } = props;
  const { value, error, retry } = usePolled(slo.id, signal =>
    api.list(slo.id, { signal }),
  );
  let body = <LoadingPanel rows={2} />;
  if (value) {
    body = (
      <>
        {error && (
          <Alert severity="warning" sx={{ mb: 1 }}>
            {t('failure.portal')}
          </Alert>
        )}
        <Loaded slo={slo} exclusions={value} onChanged={retry} />
      </>
    );
  } else if (error) {
    body = <ErrorPanel compact error={error} onRetry={retry} />;
  }
  return (
    <Panel spaced title={t('exclusion.title')} help={t('exclusion.help')}>
      {body}
    </Panel>
  );
}

function Loaded(props: {
  slo: SloSummary;
  exclusions: SloExclusions;
  onChanged: () => void;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const [url, setUrl] = useUrlState(urlDefaults);
  const { slo, exclusions, onChanged } = props;
  const { items, now, mayAsk, mayNot, failure } = exclusions;
  const close = () => setUrl({ exclude: undefined });
  return (
    <>
      {exclusions.notYetEvaluated && (
        <Alert severity="info" sx={{ mb: 1 }}>
          {t('exclusion.notYet')}
        </Alert>
      )}
      {failure && (
        <Alert severity="warning" sx={{ mb: 1 }}>
          {t('exclusion.failure', { message: failure })}
        </Alert>
      )}
      {now && (
        <Box sx={{ mb: 2 }}>
          <ExclusionFiguresTable objectives={now.objectives} />
          <ObservedAt observedAt={now.observedAt} source="Prometheus" />
        </Box>
      )}
      {items.length > 0 ? (
        <ExclusionList sloId={slo.id} items={items} onChanged={onChanged} />
      ) : (
        <Typography variant="body2" color="text.secondary">
          {t('exclusion.none')}
        </Typography>
      )}
      <Box sx={{ mt: 1 }}>
        <Button
          size="small"
          variant="outlined"
          disabled={!mayAsk}
          onClick={() => setUrl({ exclude: 'ask' })}
        >
          {t('exclusion.ask')}
        </Button>
        {mayNot && (
          <Typography variant="body2" color="text.secondary">
            {t(`exclusion.mayNot.${mayNot}`)}
          </Typography>
        )}
      </Box>
      {url.exclude === 'ask' && mayAsk && (
        <ExclusionDialog
          slo={slo}
          onClose={close}
          onDone={() => {
            close();
            onChanged();
          }}
        />
      )}
    </>
  );
}
