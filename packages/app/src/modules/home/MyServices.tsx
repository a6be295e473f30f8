import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import { EmptyState, LoadingPanel, Panel } from '@shopfloor/ui';
import { appTranslationRef } from '../../translation/translation';
import { Mine } from './useMine';

const SHOWN = 8;

/** The components of the person's teams. */
export function MyServices(props: {
  mine: Mine | undefined;
  loading: boolean;
}) {
  const { t } = useTranslationRef(appTranslationRef);
  const components = (props.mine?.entities ?? []).filter(
    entity => entity.kind === 'Component',
  );
  let body = <LoadingPanel />;
  if (!props.loading && components.length === 0) {
    body = (
      <EmptyState
        compact
        title={t('home.servicesEmpty')}
        description={t('home.servicesEmptyHelp')}
        action={<Link to="/catalog">{t('home.servicesBrowse')}</Link>}
      />
    );
  } else if (components.length > 0) {
    body = (
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
        {components.slice(0, SHOWN).map(entity => (
          <Box
            component="li"
            key={`${entity.metadata.namespace}/${entity.metadata.name}`}
            sx={{ py: 0.75 }}
          >
            <EntityRefLink entityRef={entity} />
            {entity.metadata.description && (
              <Typography variant="body2" color="text.secondary" noWrap>
                {entity.metadata.description}
              </Typography>
            )}
          </Box>
        ))}
      </Box>
    );
  }
  return (
    <Panel
      title={t('home.services')}
      aside={
        components.length > SHOWN && (
          <Link to="/catalog?filters[user]=owned">
            {t('home.servicesMore')}
          </Link>
        )
      }
    >
      {body}
    </Panel>
  );
}
