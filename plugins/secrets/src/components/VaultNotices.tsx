import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Box from '@mui/material/Box';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { SecretsEnvironment } from '@shopfloor/plugin-secrets-common';
import { NotConnected, ObservedAt } from '@shopfloor/ui';
import { productName } from '../hooks/useVaults';
import { secretsTranslationRef } from '../translation/translation';

const DOCS = '/docs/default/component/shopfloor-docs/how-to/secrets';

/** How Vault does where it does not serve, what waits for that and what to do; and what a reader has to know where it does. */
export function VaultNotices(props: {
  environments: SecretsEnvironment[];
  /** Only of this one. */
  only?: string;
}) {
  const { environments, only } = props;
  return (
    <>
      {environments
        .filter(({ name }) => only === undefined || name === only)
        .map(environment => (
          <Notice key={environment.name} environment={environment} />
        ))}
    </>
  );
}

function Notice(props: { environment: SecretsEnvironment }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { title, vault, freeForm, production } = props.environment;
  const product = productName(vault.product);
  if (vault.status === 'not-connected') {
    return (
      <Box sx={{ mb: 2 }}>
        <NotConnected
          system={`${product} (${title})`}
          description={t('health.connectHelp')}
          docs={DOCS}
        />
      </Box>
    );
  }
  if (vault.status !== 'ready') {
    return (
      <Alert
        severity={vault.status === 'standby' ? 'info' : 'warning'}
        sx={{ mb: 2 }}
      >
        <AlertTitle>
          {t(`health.${vault.status}Title`, { product, environment: title })}
        </AlertTitle>
        {t(`health.${vault.status}Help`)}
        {vault.words && <div>{vault.words}</div>}
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, mt: 0.5 }}>
          <ObservedAt observedAt={vault.observedAt} source={product} />
          <Link to="/status">{t('health.status')}</Link>
        </Box>
      </Alert>
    );
  }
  const features = vault.features;
  return (
    <>
      {freeForm && features && !features.controlGroups && (
        <Alert severity={production ? 'warning' : 'info'} sx={{ mb: 2 }}>
          {t('health.freeForm', { environment: title })}
        </Alert>
      )}
      {features && !features.policyTtl && (
        <Alert severity="info" sx={{ mb: 2 }}>
          {title}: {t('health.expiryByPortal')}
        </Alert>
      )}
    </>
  );
}
