import Box from '@mui/material/Box';
import { Panel } from '@shopfloor/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  EntityRefLink,
  useStarredEntities,
} from '@backstage/plugin-catalog-react';
import { appTranslationRef } from '../../translation/translation';
import { Quiet } from './Quiet';

/** What the person has starred. */
export function Starred() {
  const { t } = useTranslationRef(appTranslationRef);
  const { starredEntities } = useStarredEntities();
  const refs = [...starredEntities].sort();
  return (
    <Panel title={t('home.starred')}>
      {refs.length === 0 ? (
        <Quiet>{t('home.starredEmpty')}</Quiet>
      ) : (
        <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
          {refs.map(ref => (
            <Box component="li" key={ref} sx={{ py: 0.5 }}>
              <EntityRefLink entityRef={ref} />
            </Box>
          ))}
        </Box>
      )}
    </Panel>
  );
}
