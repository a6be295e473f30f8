import { ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  AnswerLine,
  Choice,
  EmptyState,
  ErrorPanel,
  LoadingPanel,
  useEnvironments,
  useUrlState,
} from '@shopfloor/ui';
import { secretsApiRef } from '../../api';
import { useAsked } from '../../hooks/useAsked';
import { useVaults } from '../../hooks/useVaults';
import { secretsTranslationRef } from '../../translation/translation';
import { RotationTable } from './RotationTable';

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
