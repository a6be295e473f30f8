import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { CheckDefinition } from '@shopfloor/plugin-checks-common';
import { useFormat } from '@shopfloor/ui';
import { scorecardsTranslationRef } from '../translation/translation';
import { localized } from '../words';

/** Why a check matters and how to make it pass. */
export function CheckGuide(props: {
  definition: Pick<CheckDefinition, 'why' | 'fix' | 'fixUrl'>;
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const { locale } = useFormat();
  const { why, fix, fixUrl } = props.definition;
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <Part title={t('check.why')} text={localized(why, locale)} />
      <Part title={t('check.fix')} text={localized(fix, locale)} />
      {fixUrl && <Link to={docsHref(fixUrl)}>{t('check.fixLink')}</Link>}
    </Box>
  );
}

function Part(props: { title: string; text: string }) {
  return (
    <div>
      <Typography component="h3" variant="body2" sx={{ fontWeight: 600 }}>
        {props.title}
      </Typography>
      <Typography variant="body2" sx={{ maxWidth: '80ch' }}>
        {props.text}
      </Typography>
    </div>
  );
}

/** Relative ones lie in the docs of the platform. */
function docsHref(url: string): string {
  return /^(https?:\/\/|\/)/.test(url)
    ? url
    : `/docs/default/component/shopfloor-docs/${url}`;
}
