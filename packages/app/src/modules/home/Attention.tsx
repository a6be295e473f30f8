import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  AnswerLine,
  AttentionItem,
  EmptyState,
  LoadingPanel,
  ObservedAt,
  StateBadge,
  StateIcon,
  useFormat,
  useNow,
} from '@shopfloor/ui';
import { appTranslationRef } from '../../translation/translation';
import { AttentionSummary, summarizeAttention } from './attention';
import { NamedSource, useAttention } from './useAttention';
import { Mine } from './useMine';

function AttentionRow(props: { item: AttentionItem }) {
  const { t } = useTranslationRef(appTranslationRef);
  const { item } = props;
  const format = useFormat();
  const now = useNow(10_000);
  return (
    <Box
      component="li"
      sx={{
        display: 'grid',
        gridTemplateColumns: { xs: '1fr', sm: '112px minmax(0, 1fr) auto' },
        gap: { xs: 0.75, sm: 2 },
        alignItems: 'baseline',
        justifyItems: 'start',
        px: 2,
        py: 1.5,
        borderTop: '1px solid var(--sf-border-subtle)',
        '&:first-of-type': { borderTop: 0 },
      }}
    >
      <StateBadge state={item.state} />
      <Box sx={{ minWidth: 0 }}>
        <Link to={item.href}>
          <Box component="span" sx={{ fontWeight: 600 }}>
            {item.title}
          </Box>
        </Link>
        {item.detail && (
          <Typography variant="body2" color="text.secondary">
            {item.detail}
          </Typography>
        )}
      </Box>
      {item.since && (
        <Typography variant="body2" color="text.secondary">
          {t('home.since', { when: format.relative(item.since, now) })}
        </Typography>
      )}
    </Box>
  );
}

function useAnswer(summary: AttentionSummary, waiting: boolean) {
  const { t } = useTranslationRef(appTranslationRef);
  if (summary.items.length > 0) {
    return {
      state: summary.items[0].state,
      text: t('home.needs', { count: summary.items.length }),
    };
  }
  if (waiting || summary.pending) {
    return { state: undefined, text: t('home.loading') };
  }
  return summary.failures.length > 0
    ? { state: 'unknown' as const, text: t('home.unsure') }
    : { state: 'ok' as const, text: t('home.nothing') };
}

/** The answer of the home page, and what it is made of. */
export function Attention(props: {
  sources: readonly NamedSource[];
  mine: Mine | undefined;
}) {
  const { t } = useTranslationRef(appTranslationRef);
  const summary = summarizeAttention(useAttention(props.sources, props.mine));
  const waiting = !props.mine;
  const answer = useAnswer(summary, waiting);
  const { items, failures } = summary;
  return (
    <Box sx={{ minWidth: 0 }}>
      <Typography component="h1" sx={{ fontSize: 22, fontWeight: 600, mb: 2 }}>
        {t('page.home')}
      </Typography>
      <AnswerLine
        state={answer.state}
        aside={
          summary.lookedAt && (
            <ObservedAt observedAt={new Date(summary.lookedAt)} />
          )
        }
      >
        {answer.text}
      </AnswerLine>
      {failures.map(failure => (
        <Box
          key={failure.id}
          sx={{ display: 'flex', gap: 1, mb: 1, color: 'text.secondary' }}
        >
          <StateIcon state="unknown" />
          {t('home.sourceFailed', {
            source: failure.title ?? failure.id,
            message: failure.error?.message ?? '',
          })}
        </Box>
      ))}
      {items.length > 0 && (
        <Box
          component="ul"
          aria-label={t('home.attention')}
          sx={{
            m: 0,
            p: 0,
            listStyle: 'none',
            border: '1px solid var(--sf-border-subtle)',
            borderRadius: '8px',
            backgroundColor: 'background.paper',
          }}
        >
          {items.map(item => (
            <AttentionRow key={item.id} item={item} />
          ))}
        </Box>
      )}
      {items.length === 0 && (waiting || summary.pending) && <LoadingPanel />}
      {items.length === 0 &&
        !waiting &&
        !summary.pending &&
        failures.length === 0 && (
          <EmptyState
            title={t('home.quiet')}
            description={t('home.quietHelp')}
          />
        )}
    </Box>
  );
}
