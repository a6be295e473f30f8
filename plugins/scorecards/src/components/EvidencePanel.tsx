import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { Evidence } from '@shopfloor/plugin-checks-common';
import {
  ErrorPanel,
  LoadingPanel,
  ObservedAt,
  useFormat,
  usePolled,
} from '@shopfloor/ui';
import { scorecardChecksApiRef } from '../api';
import { scorecardsTranslationRef } from '../translation/translation';
import { localized } from '../words';
import { CheckGuide } from './CheckGuide';

const MAX_VALUE_CHARACTERS = 2000;

/** What a check found of an entity, on what evidence, why it matters and how to fix it. */
export function EvidencePanel(props: { entityRef: string; check: string }) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const { locale } = useFormat();
  const api = useApi(scorecardChecksApiRef);
  const { entityRef, check } = props;
  const { value, error, retry } = usePolled(`${entityRef} ${check}`, signal =>
    api.getResult({ entityRef, check }, { signal }),
  );
  if (!value) {
    return error ? (
      <ErrorPanel compact error={error} onRetry={retry} />
    ) : (
      <LoadingPanel rows={3} />
    );
  }
  return (
    <Box sx={{ display: 'grid', gap: 2, py: 1 }}>
      <div>
        <Typography component="h3" variant="body2" sx={{ fontWeight: 600 }}>
          {t('check.found')}
        </Typography>
        <Typography variant="body2">
          {localized(value.words, locale)}
        </Typography>
        <ObservedAt
          observedAt={value.observedAt}
          stale={value.outcome === 'stale'}
        />
      </div>
      <CheckGuide definition={value.definition} />
      <div>
        <Typography component="h3" variant="body2" sx={{ fontWeight: 600 }}>
          {t('check.evidence')}
        </Typography>
        {value.evidence.length === 0 && (
          <Typography variant="body2">{t('check.noEvidence')}</Typography>
        )}
        {value.evidence.map(evidence => (
          <EvidenceItem
            key={evidence.id}
            evidence={evidence}
            stale={value.outcome === 'stale'}
          />
        ))}
      </div>
    </Box>
  );
}

function EvidenceItem(props: { evidence: Evidence; stale: boolean }) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const { locale } = useFormat();
  const { evidence, stale } = props;
  const text =
    evidence.value === undefined
      ? undefined
      : JSON.stringify(evidence.value, undefined, 2);
  return (
    <Box sx={{ mt: 1 }}>
      <Box
        sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}
      >
        <code>
          {evidence.collector}/{evidence.key}
        </code>
        <ObservedAt
          observedAt={evidence.observedAt}
          source={evidence.source}
          stale={stale}
        />
      </Box>
      {evidence.references.map(reference => {
        const { target, href, line } = reference;
        const label = line
          ? `${target}, ${t('check.line', { line: String(line) })}`
          : target;
        return (
          <Typography
            key={`${reference.kind} ${target} ${line ?? ''}`}
            variant="body2"
            sx={{ overflowWrap: 'anywhere' }}
          >
            {href && /^(https?:\/\/|\/)/.test(href) ? (
              <Link to={href}>{label}</Link>
            ) : (
              label
            )}
          </Typography>
        );
      })}
      {evidence.unknown && (
        <Typography variant="body2">
          {localized(evidence.unknown, locale)}
        </Typography>
      )}
      {text !== undefined && (
        <Box
          component="pre"
          tabIndex={0}
          sx={{
            m: 0,
            mt: 0.5,
            fontSize: '0.75rem',
            maxHeight: 240,
            overflow: 'auto',
          }}
        >
          {text.length > MAX_VALUE_CHARACTERS
            ? `${text.slice(0, MAX_VALUE_CHARACTERS)} …`
            : text}
        </Box>
      )}
    </Box>
  );
}
