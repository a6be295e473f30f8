import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { PortalStatus } from '@shopfloor/plugin-status-common';
import { Figure, useFormat } from '@shopfloor/ui';
import { statusTranslationRef } from '../translation/translation';

/** Version and age of the portal that answers. */
export function PortalFacts(props: { portal: PortalStatus }) {
  const { t } = useTranslationRef(statusTranslationRef);
  const format = useFormat();
  const { portal } = props;
  return (
    <Box component="section" sx={{ mt: 4 }}>
      <Typography component="h2" sx={{ fontSize: 16, fontWeight: 600, mb: 1 }}>
        {t('portal.title')}
      </Typography>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 4 }}>
        <Figure label={t('portal.version')} value={portal.version} />
        {portal.backstageVersion && (
          <Figure
            label={t('portal.backstage')}
            value={portal.backstageVersion}
          />
        )}
        <Figure
          label={t('portal.started')}
          value={format.relative(portal.startedAt, Date.now())}
          hint={format.moment(portal.startedAt)}
        />
      </Box>
    </Box>
  );
}
