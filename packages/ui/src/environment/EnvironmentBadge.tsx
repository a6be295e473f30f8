import Box from '@mui/material/Box';
import Circle from '@mui/icons-material/FiberManualRecord';
import Public from '@mui/icons-material/Public';
import Tooltip from '@mui/material/Tooltip';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { uiTranslationRef } from '../translation/translation';

/** What the interface needs to know of an environment. */
export interface EnvironmentInfo {
  name: string;
  title?: string;
  /** Marked in the interface: real shoppers are there. */
  production?: boolean;
}

/** The name of an environment; production is marked by icon, colour and words. */
export function EnvironmentBadge(props: { environment: EnvironmentInfo }) {
  const { t } = useTranslationRef(uiTranslationRef);
  const { environment } = props;
  const Icon = environment.production ? Public : Circle;
  const part = (name: string, fallback: string) =>
    environment.production ? `var(--sf-production-${name})` : fallback;
  return (
    <Tooltip
      describeChild
      title={
        environment.production
          ? t('environment.production')
          : t('environment.label')
      }
    >
      <Box
        component="span"
        data-production={environment.production || undefined}
        sx={{
          display: 'inline-flex',
          alignItems: 'center',
          gap: 0.5,
          px: 1,
          py: 0.25,
          borderRadius: '6px',
          fontSize: '0.75rem',
          fontWeight: 600,
          lineHeight: '18px',
          whiteSpace: 'nowrap',
          border: `1px solid ${part('border', 'var(--sf-border-strong)')}`,
          backgroundColor: part('background', 'var(--sf-surface-raised)'),
          color: part('foreground', 'var(--sf-text-secondary)'),
        }}
      >
        <Icon aria-hidden sx={{ fontSize: environment.production ? 15 : 10 }} />
        {environment.title ?? environment.name}
      </Box>
    </Tooltip>
  );
}
