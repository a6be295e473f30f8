import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { Panel } from '@shopfloor/ui';
import { parseEntityRef } from '@backstage/catalog-model';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { SloDetail } from '@shopfloor/plugin-slo-common';
import { sloTranslationRef } from '../translation/translation';
import { ExportButton } from './ExportButton';
import { ProblemList } from './SourceProblems';

/** Where an SLO is defined, and what of the definition is kept without being evaluated. */
export function DefinitionPanel(props: { slo: SloDetail }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const { slo } = props;
  const where = t('definition.file', {
    file: slo.source.file,
    line: String(slo.source.line),
  });
  return (
    <Panel
      spaced
      title={t('definition.title')}
      aside={
        <Box
          sx={{
            display: 'flex',
            flexWrap: 'wrap',
            alignItems: 'center',
            gap: 1,
          }}
        >
          {slo.source.url ? (
            <Link to={slo.source.url}>{where}</Link>
          ) : (
            <Typography variant="body2" color="text.secondary">
              {where}
            </Typography>
          )}
          <ExportButton
            of={{ id: slo.id }}
            name={slo.name}
            label={t('export.one')}
          />
          <ExportButton
            of={{ entity: slo.entityRef }}
            name={parseEntityRef(slo.entityRef).name}
            label={t('export.all', {
              entity: parseEntityRef(slo.entityRef).name,
            })}
          />
        </Box>
      }
    >
      {slo.description && (
        <Typography variant="body2">{slo.description}</Typography>
      )}
      {slo.alertPolicies.length > 0 && (
        <Box sx={{ mt: 1 }}>
          <Typography variant="body2">
            {t('definition.policies')}:{' '}
            {slo.alertPolicies
              .map(policy => policy.displayName ?? policy.name)
              .join(', ')}{' '}
            ({t('definition.policiesHelp')})
          </Typography>
        </Box>
      )}
      {slo.unsupported.length > 0 && (
        <Box sx={{ mt: 1 }}>
          <Typography variant="body2" sx={{ fontWeight: 600 }}>
            {t('definition.unsupported')}
          </Typography>
          <ProblemList problems={slo.unsupported} />
        </Box>
      )}
    </Panel>
  );
}
