import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { FINAL_STATES, Grant } from '@shopfloor/plugin-secrets-common';
import { ErrorPanel, LoadingPanel, Panel } from '@shopfloor/ui';
import { secretsApiRef } from '../../api';
import { useAsked } from '../../hooks/useAsked';
import { secretsTranslationRef } from '../../translation/translation';
import { BlastRadius } from '../preview/BlastRadius';

/** What is near the services of a grant in the catalog, for who decides about it, renews or revokes it. */
export function NearPanel(props: { grant: Grant }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { grant } = props;
  return FINAL_STATES.includes(grant.state) ? null : (
    <Panel spaced title={t('near.title')}>
      <Near id={grant.id} />
    </Panel>
  );
}

function Near(props: { id: string }) {
  const api = useApi(secretsApiRef);
  const { value, error, retry } = useAsked(
    props.id,
    signal => api.getBlastRadius(props.id, { signal }),
    { once: true },
  );
  if (value) {
    return <BlastRadius radius={value} />;
  }
  return error ? (
    <ErrorPanel error={error} onRetry={retry} compact />
  ) : (
    <LoadingPanel rows={3} />
  );
}
