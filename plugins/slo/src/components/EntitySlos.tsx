import { ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import { SloList, SloSummary } from '@shopfloor/plugin-slo-common';
import {
  Choice,
  EmptyState,
  EnvironmentBadge,
  EnvironmentPicker,
  ErrorPanel,
  LoadingPanel,
  useEnvironment,
  useEnvironments,
  useFormat,
  usePolled,
  useUrlState,
} from '@shopfloor/ui';
import Button from '@mui/material/Button';
import { sloApiRef } from '../api';
import { sloTranslationRef } from '../translation/translation';
import { ReleaseGatePanel } from './ReleaseGatePanel';
import { SloView } from './SloView';
import { SourceProblems } from './SourceProblems';

const urlDefaults = {
  slo: undefined as string | undefined,
  objective: '0',
  env: undefined as string | undefined,
};

/** The tab "SLOs" of an entity: one of its SLOs at a time, in one environment. */
export function EntitySlos() {
  const { t } = useTranslationRef(sloTranslationRef);
  const api = useApi(sloApiRef);
  const { entity } = useEntity();
  const entityRef = stringifyEntityRef(entity);
  const { value, error, retry } = usePolled(entityRef, signal =>
    api.list({ entity: entityRef }, { signal }),
  );
  let body: ReactNode = <LoadingPanel rows={8} />;
  if (value) {
    body = <Loaded list={value} />;
  } else if (error) {
    body = <ErrorPanel error={error} onRetry={retry} />;
  }
  return (
    <Box sx={{ p: { xs: 2, md: 3 }, maxWidth: 1320, minWidth: 0 }}>
      {value && error && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('failure.portal')}
        </Alert>
      )}
      {body}
    </Box>
  );
}

function Loaded(props: { list: SloList }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const { items, sources } = props.list;
  return (
    <>
      {sources.map(source => (
        <SourceProblems key={source.entityRef} source={source} />
      ))}
      {items.length > 0 ? (
        <Chosen items={items} />
      ) : (
        <EmptyState
          title={t('empty.title')}
          description={t('empty.description')}
          docs="/docs/default/component/shopfloor-docs/how-to/slo"
        />
      )}
    </>
  );
}

function Chosen(props: { items: SloSummary[] }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { items } = props;
  const [url, setUrl] = useUrlState(urlDefaults);
  const environments = useEnvironments().among(
    items.map(slo => slo.environment),
  );
  const [environment, setEnvironment] = useEnvironment(environments);
  if (!environment) {
    return (
      <EmptyState
        title={t('unknownEnvironment', { name: url.env ?? '' })}
        description=""
        action={
          <Button
            size="small"
            variant="outlined"
            onClick={() => setUrl({ env: undefined })}
          >
            {t('showAll')}
          </Button>
        }
      />
    );
  }
  const here = items.filter(slo => slo.environment === environment.name);
  // Without a choice, the one with the least budget left: the list comes in that order.
  const slo = here.find(({ name }) => name === url.slo) ?? here[0];
  const index = slo.objectives[Number(url.objective)]
    ? Number(url.objective)
    : 0;
  return (
    <>
      <Box
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          alignItems: 'center',
          gap: 2,
          mb: 2,
        }}
      >
        {environments.length > 1 ? (
          <EnvironmentPicker
            environments={environments}
            value={environment.name}
            onChange={setEnvironment}
          />
        ) : (
          <EnvironmentBadge environment={environment} />
        )}
        <Choice
          label={t('picker.slo')}
          value={slo.name}
          options={[...here]
            .sort((a, b) => a.name.localeCompare(b.name))
            .map(({ name, displayName }) => ({
              value: name,
              label: displayName ?? name,
            }))}
          onChange={name => setUrl({ slo: name, objective: '0' })}
        />
        {slo.objectives.length > 1 && (
          <Choice
            label={t('picker.objective')}
            value={String(index)}
            options={slo.objectives.map(({ displayName, target }, each) => ({
              value: String(each),
              label: displayName ?? format.percent(target),
            }))}
            onChange={chosen => setUrl({ objective: chosen })}
          />
        )}
      </Box>
      <ReleaseGatePanel
        entityRef={slo.entityRef}
        environment={environment.name}
      />
      <SloView key={slo.id} slo={slo} objectiveIndex={index} />
    </>
  );
}
