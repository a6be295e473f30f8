import { ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Preview } from '@shopfloor/plugin-secrets-common';
import {
  EnvironmentBadge,
  LineDiff,
  LoadingPanel,
  Panel,
  useEnvironments,
  useFormat,
} from '@shopfloor/ui';
import { secretsTranslationRef } from '../../translation/translation';
import { localized } from '../../words';
import { BlastRadius } from '../preview/BlastRadius';
import { CopyBlock } from '../preview/CopyBlock';
import {
  AffectedList,
  Bullets,
  FieldTable,
  LintList,
  Part,
  ReaderList,
} from '../preview/Parts';

/** What asking would mean, beside the form: in words, the check, who else reads it, and as a diff against what Vault has now. */
export function PreviewPanel(props: {
  preview: Preview | undefined;
  /** Why it could not be made, in words. */
  problem?: string;
  loading: boolean;
  /** It is of an earlier state of the form. */
  outdated: boolean;
  stillNeeded: string[];
  product: string;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { preview, problem, loading, outdated, stillNeeded, product } = props;
  let body: ReactNode;
  if (stillNeeded.length > 0 && !preview) {
    body = (
      <>
        <Typography variant="body2" color="text.secondary" sx={{ mb: 1 }}>
          {t('preview.waiting')}
        </Typography>
        <Bullets items={stillNeeded} />
      </>
    );
  } else if (problem) {
    body = (
      <Alert severity="error">
        {t('preview.failed')}: {problem}
      </Alert>
    );
  } else if (!preview) {
    body = loading ? (
      <LoadingPanel rows={6} label={t('preview.loading', { product })} />
    ) : null;
  } else {
    body = (
      <>
        {outdated && (
          <Alert severity="info" sx={{ mb: 2 }}>
            {t('preview.outdated')}
          </Alert>
        )}
        <PreviewBody preview={preview} product={product} />
      </>
    );
  }
  return (
    <Panel spaced title={t('preview.title')}>
      {body}
    </Panel>
  );
}

function PreviewBody(props: { preview: Preview; product: string }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { locale } = useFormat();
  const { environmentOf } = useEnvironments();
  const { preview, product } = props;
  const { plan, diff, newlyAllows, lint, readers, affected, notes } = preview;
  return (
    <>
      <Box sx={{ mb: 1 }}>
        <EnvironmentBadge environment={environmentOf(plan.environment)} />
      </Box>
      {notes.map(code => (
        <Alert
          key={code}
          severity={preview.mayAsk ? 'info' : 'error'}
          sx={{ mb: 1 }}
        >
          {t(`reason.${code}`, { product })}
        </Alert>
      ))}
      <Part title={t('preview.newly')}>
        {newlyAllows.length > 0 ? (
          <Bullets items={newlyAllows.map(text => localized(text, locale))} />
        ) : (
          <Typography variant="body2">{t('preview.nothingNew')}</Typography>
        )}
      </Part>
      <Part
        title={t(
          preview.needsAuthorisation
            ? 'preview.controlGroup'
            : 'preview.pinned',
        )}
      >
        <Typography variant="body2">
          {preview.needsAuthorisation
            ? t('preview.controlGroupHelp', { product })
            : t('preview.pinnedHelp')}
        </Typography>
      </Part>
      <Part title={t('preview.lint')}>
        <LintList findings={lint} />
      </Part>
      <Part title={t('preview.readers')}>
        <ReaderList readers={readers} product={product} />
      </Part>
      <Part title={t('preview.affected')}>
        <AffectedList affected={affected} />
      </Part>
      <Part title={t('near.title')}>
        <BlastRadius radius={preview.blastRadius} />
      </Part>
      <Part title={t('preview.diff', { product })}>
        {diff.texts.map(({ name, before, after }) => (
          <Box key={name} sx={{ mb: 1 }}>
            <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
              {name}
            </Typography>
            <LineDiff
              label={t('preview.text', { name })}
              before={before}
              after={after}
              maxHeight={420}
            />
          </Box>
        ))}
        {diff.fields.length > 0 && (
          <FieldTable title={t('preview.fields')} fields={diff.fields} />
        )}
      </Part>
      {preview.manifests.length > 0 && (
        <Part title={t('preview.manifests')}>
          <Typography variant="body2" color="text.secondary" sx={{ mb: 1 }}>
            {t('preview.manifestsHelp')}
          </Typography>
          {preview.manifests.map(({ name, text }) => (
            <CopyBlock key={name} name={name} text={text} />
          ))}
        </Part>
      )}
      <Typography
        variant="caption"
        color="text.secondary"
        component="p"
        sx={{ overflowWrap: 'anywhere' }}
      >
        {t('preview.hash')}: {preview.contentHash}
      </Typography>
    </>
  );
}
