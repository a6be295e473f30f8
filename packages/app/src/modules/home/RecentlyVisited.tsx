import Box from '@mui/material/Box';
import useAsync from 'react-use/esm/useAsync';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import { Visit, visitsApiRef } from '@backstage/plugin-home';
import { ErrorPanel, LoadingPanel, Panel } from '@shopfloor/ui';
import { appTranslationRef } from '../../translation/translation';
import { pageTitleKey } from '../layout/pages';
import { Quiet } from './Quiet';

const SHOWN = 5;

function VisitLink(props: { visit: Visit }) {
  const { t } = useTranslationRef(appTranslationRef);
  const { visit } = props;
  if (visit.entityRef) {
    return <EntityRefLink entityRef={visit.entityRef} />;
  }
  // A page is named as in the navigation, in the language of now rather than of the visit.
  const key =
    visit.pathname.split('/').length <= 2
      ? pageTitleKey(visit.pathname)
      : undefined;
  return <Link to={visit.pathname}>{key ? t(key) : visit.name}</Link>;
}

/** Where the person was last, without the home page itself. */
export function RecentlyVisited() {
  const { t } = useTranslationRef(appTranslationRef);
  const api = useApi(visitsApiRef);
  const { value, error } = useAsync(
    () =>
      api.list({
        limit: SHOWN,
        orderBy: [{ field: 'timestamp', direction: 'desc' }],
        filterBy: [{ field: 'pathname', operator: '!=', value: '/' }],
      }),
    [api],
  );
  let body = <LoadingPanel rows={2} />;
  if (error) {
    body = <ErrorPanel compact error={error} />;
  } else if (value && value.length === 0) {
    body = <Quiet>{t('home.visitedEmpty')}</Quiet>;
  } else if (value) {
    body = (
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
        {value.map(visit => (
          <Box component="li" key={visit.id} sx={{ py: 0.5 }}>
            <VisitLink visit={visit} />
          </Box>
        ))}
      </Box>
    );
  }
  return <Panel title={t('home.visited')}>{body}</Panel>;
}
