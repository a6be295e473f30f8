import { Fragment } from 'react';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  BlastRadius as Radius,
  RelatedEntities,
  RelatedEntity,
  ServiceSurroundings,
} from '@shopfloor/plugin-secrets-common';
import { ObservedAt, StateIcon } from '@shopfloor/ui';
import { secretsTranslationRef } from '../../translation/translation';
import { entityHref, entityName } from '../../words';
import { Bullets } from './Parts';

const GROUPS = [
  'dependents',
  'dependencies',
  'consumedApis',
  'providedApis',
] as const;

/** What is near the services in the catalog; without `radius` that is not known, which is not nobody. */
export function BlastRadius(props: { radius: Radius | undefined }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { radius } = props;
  if (!radius) {
    return (
      <Typography
        variant="body2"
        sx={{ display: 'flex', alignItems: 'center', gap: 0.5 }}
      >
        <StateIcon state="unknown" size={16} />
        {t('near.unknown')}
      </Typography>
    );
  }
  return (
    <>
      {radius.services.map(service => (
        <Service key={service.entityRef} service={service} />
      ))}
      <Typography variant="body2" color="text.secondary">
        {t('near.help')} <ObservedAt observedAt={radius.observedAt} />
      </Typography>
    </>
  );
}

function Service(props: { service: ServiceSurroundings }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { service } = props;
  const name = entityName(service.entityRef);
  return (
    <Box sx={{ mb: 1, minWidth: 0 }}>
      <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
        <strong>{t(`near.role.${service.role}`, { name })}</strong>
      </Typography>
      {GROUPS.map(group => (
        <Group key={group} group={group} related={service[group]} />
      ))}
    </Box>
  );
}

function Group(props: {
  group: (typeof GROUPS)[number];
  related: RelatedEntities;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { group, related } = props;
  const { total, items, complete } = related;
  if (total === 0 && complete) {
    return <Typography variant="body2">{t(`near.none.${group}`)}</Typography>;
  }
  const counted = t(`near.${group}`, { count: total });
  const more = total - items.length;
  return (
    <details>
      <Box
        component="summary"
        sx={{ minHeight: 24, fontSize: '0.875rem', cursor: 'pointer' }}
      >
        {complete ? counted : t('near.atLeast', { what: counted })}
      </Box>
      <Bullets
        items={[
          ...items.map(entity => (
            <Related key={entity.entityRef} entity={entity} />
          )),
          ...(more > 0 ? [t('near.more', { count: more })] : []),
        ]}
      />
    </details>
  );
}

function Related(props: { entity: RelatedEntity }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { entityRef, title, type, owners, consumedApis } = props.entity;
  const facts = [
    type,
    owners.length > 0 &&
      t('near.owners', { owners: owners.map(entityName).join(', ') }),
  ].filter(Boolean);
  return (
    <>
      <Link to={entityHref(entityRef)} underline="always">
        {title ?? entityName(entityRef)}
      </Link>
      {facts.length > 0 && ` (${facts.join(', ')})`}
      {consumedApis.length > 0 && (
        <>
          {' · '}
          {t('near.consumes')}{' '}
          {consumedApis.map((api, index) => (
            <Fragment key={api}>
              {index > 0 && ', '}
              <Link to={entityHref(api)} underline="always">
                {entityName(api)}
              </Link>
            </Fragment>
          ))}
        </>
      )}
    </>
  );
}
