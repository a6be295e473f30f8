import { ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import { EntitySecrets, LIVE_STATES } from '@shopfloor/plugin-secrets-common';
import {
  AnswerLine,
  EmptyState,
  EnvironmentPicker,
  ErrorPanel,
  LoadingPanel,
  ObservedAt,
  Panel,
  useEnvironment,
  useEnvironments,
  useFormat,
} from '@shopfloor/ui';
import { secretsApiRef } from '../../api';
import { productName, useVaults } from '../../hooks/useVaults';
import { secretsTranslationRef } from '../../translation/translation';
import { askHref, localized, STATES_THAT_ASK } from '../../words';
import { GrantTable } from '../grants/GrantTable';
import { VaultNotices } from '../VaultNotices';
import { DeclaredTable, MetadataTable } from './OwnedTables';
import { useAsked } from '../../hooks/useAsked';

/** The secrets of a service in an environment: what it may use, what it owns, and who may use that. */
export function EntitySecretsTab() {
  const { t } = useTranslationRef(secretsTranslationRef);
  const api = useApi(secretsApiRef);
  const { entity } = useEntity();
  const entityRef = stringifyEntityRef(entity);
  const { environments } = useEnvironments();
  const [environment, choose] = useEnvironment(environments);
  const vaults = useVaults();
  const { value, error, retry } = useAsked(
    `${entityRef} ${environment?.name}`,
    async signal =>
      environment &&
      api.getEntitySecrets(
        { entityRef, environment: environment.name },
        { signal },
      ),
  );
  let body: ReactNode = <LoadingPanel rows={6} />;
  if (!environment) {
    body = (
      <EmptyState
        title={t('entity.noEnvironment')}
        description={t('entity.noEnvironmentHelp')}
      />
    );
  } else if (value) {
    body = (
      <>
        {error && (
          <Alert severity="warning" sx={{ mb: 2 }}>
            {t('stale', { message: error.message })}
          </Alert>
        )}
        <Found found={value} />
      </>
    );
  } else if (error) {
    body = <ErrorPanel error={error} onRetry={retry} />;
  }
  return (
    <Box sx={{ minWidth: 0 }}>
      <Box
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          alignItems: 'center',
          justifyContent: 'space-between',
          gap: 2,
          mb: 2,
        }}
      >
        <EnvironmentPicker
          environments={environments}
          value={environment?.name}
          onChange={choose}
        />
        <Link to={`/secrets?service=${encodeURIComponent(entityRef)}`}>
          {t('entity.inventory')}
        </Link>
      </Box>
      {vaults.value && environment && (
        <VaultNotices environments={vaults.value} only={environment.name} />
      )}
      {body}
    </Box>
  );
}

function Found(props: { found: EntitySecrets }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { locale } = useFormat();
  const { found } = props;
  const { held, given, vault, whyNot, mayAsk } = found;
  const product = productName(vault.product);
  const inForce = held.filter(({ state }) => LIVE_STATES.includes(state));
  const asks = held.some(({ state }) => STATES_THAT_ASK.includes(state));
  const ask = askHref({
    service: found.entityRef,
    environment: found.environment,
  });
  return (
    <>
      <AnswerLine
        state={asks ? 'at-risk' : 'ok'}
        aside={
          mayAsk ? (
            <Link to={ask}>{t('ask.act')}</Link>
          ) : (
            <Typography variant="body2" color="text.secondary">
              {whyNot ? localized(whyNot, locale) : t('ask.notAllowed')}
            </Typography>
          )
        }
      >
        {inForce.length > 0
          ? t('entity.answer', { count: inForce.length })
          : t('entity.answerNone')}
      </AnswerLine>
      <Panel
        spaced
        title={t('entity.held')}
        aside={<ObservedAt observedAt={vault.observedAt} source={product} />}
      >
        {held.length === 0 ? (
          <Typography variant="body2">{t('entity.heldNone')}</Typography>
        ) : (
          <GrantTable items={held} label={t('entity.held')} />
        )}
      </Panel>
      <Panel
        spaced
        title={t('entity.declared')}
        help={t('noValues', { product })}
        aside={found.file && <Link to={found.file}>secrets.yaml</Link>}
      >
        {found.problems.map(({ file, line, field, message }) => (
          <Alert
            key={`${file} ${line} ${field}`}
            severity="error"
            sx={{ mb: 1, overflowWrap: 'anywhere' }}
          >
            {t('entity.problem', {
              where: [file, line].filter(Boolean).join(':'),
              field,
              message,
            })}
          </Alert>
        ))}
        {found.declared.length === 0 ? (
          <EmptyState
            compact
            title={t('entity.declaredNone')}
            description={t('entity.declaredHelp')}
            docs="/docs/default/component/shopfloor-docs/how-to/secrets"
          />
        ) : (
          <DeclaredTable found={found} product={product} />
        )}
      </Panel>
      {found.paths && (
        <Panel
          spaced
          title={t('entity.metadata', { product })}
          help={t('entity.metadataHelp')}
          aside={<ObservedAt observedAt={vault.observedAt} source={product} />}
        >
          {found.paths.length === 0 ? (
            <Typography variant="body2">{t('entity.metadataNone')}</Typography>
          ) : (
            <MetadataTable paths={found.paths} product={product} />
          )}
        </Panel>
      )}
      <Panel spaced title={t('entity.given')}>
        {given.length === 0 ? (
          <Typography variant="body2">{t('entity.givenNone')}</Typography>
        ) : (
          <GrantTable items={given} label={t('entity.given')} />
        )}
      </Panel>
    </>
  );
}
