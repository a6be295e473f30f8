import { useState } from 'react';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { RequestDetail } from '@shopfloor/plugin-approvals-common';
import {
  AnswerLine,
  EnvironmentBadge,
  Loaded,
  Panel,
  useEnvironments,
  useFormat,
  useNow,
  usePolled,
} from '@shopfloor/ui';
import { approvalsApiRef } from '../api';
import { approvalsTranslationRef } from '../translation/translation';
import {
  answerOf,
  entityHref,
  entityName,
  localized,
  requestHref,
  stateOf,
} from '../words';
import { DecisionPanel } from './DecisionPanel';
import { Discussion } from './Discussion';
import { GlassPanel, OtherActs } from './GlassPanel';
import { StagesPanel } from './StagesPanel';
import { SubjectDiffView } from './SubjectDiffView';

/** One request: how it stands, all that it is about, who decides, and what was said. */
export function RequestPage(props: { id: string }) {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const api = useApi(approvalsApiRef);
  const { value, error, retry } = usePolled(props.id, signal =>
    api.getRequest(props.id, { signal }),
  );
  const [done, setDone] = useState<RequestDetail>();
  // An act answers with a newer state than the last look.
  const detail =
    done && done.request.version >= (value?.request.version ?? 0)
      ? done
      : value;
  return (
    <>
      <Box sx={{ mb: 1 }}>
        <Link to="/approvals">{t('request.back')}</Link>
      </Box>
      <Loaded
        value={detail}
        error={error}
        onRetry={retry}
        rows={10}
        stale={({ message }) => t('list.stale', { message })}
      >
        {shown => (
          <Detail
            detail={shown}
            onDone={next => {
              setDone(next);
              retry();
            }}
          />
        )}
      </Loaded>
    </>
  );
}

function Detail(props: {
  detail: RequestDetail;
  onDone: (detail: RequestDetail) => void;
}) {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const { locale } = useFormat();
  const { detail, onDone } = props;
  const { request } = detail;
  const { subject, state, glass } = request;
  return (
    <>
      <Heading detail={detail} />
      <AnswerLine
        state={stateOf(state, glass?.review?.verdict === 'objected')}
        stateLabel={t(`state.${state}`)}
      >
        {answerOf(request, t, locale)}
      </AnswerLine>
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          gridTemplateColumns: {
            xs: 'minmax(0, 1fr)',
            md: 'minmax(0, 2fr) minmax(0, 1fr)',
          },
          alignItems: 'start',
        }}
      >
        <Box>
          <Panel spaced title={t('request.subject')}>
            <SubjectDiffView diff={subject.diff} />
            <Typography
              variant="caption"
              color="text.secondary"
              component="p"
              sx={{ overflowWrap: 'anywhere' }}
            >
              {t('request.hash')}: {subject.contentHash}.{' '}
              {t('request.hashHelp')}
            </Typography>
          </Panel>
          {state === 'waiting' && (
            <DecisionPanel detail={detail} onDone={onDone} />
          )}
          <GlassPanel detail={detail} onDone={onDone} />
          <OtherActs detail={detail} onDone={onDone} />
        </Box>
        <Box>
          <StagesPanel request={request} />
          <Discussion detail={detail} onDone={onDone} />
        </Box>
      </Box>
    </>
  );
}

function Heading(props: { detail: RequestDetail }) {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const format = useFormat();
  const now = useNow(30_000);
  const { request } = props.detail;
  const { environmentOf } = useEnvironments();
  const { subject, requester, openedAt, expiresAt, state } = request;
  const { entityRef, environment } = subject;
  return (
    <Box sx={{ mb: 2 }}>
      <Typography component="h1" sx={{ fontSize: '1.25rem', fontWeight: 600 }}>
        {localized(subject.title, format.locale)}
      </Typography>
      <Box
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          alignItems: 'center',
          columnGap: 1.5,
          rowGap: 0.5,
          my: 1,
        }}
      >
        {environment && (
          <EnvironmentBadge environment={environmentOf(environment)} />
        )}
        {entityRef && (
          <Link to={entityHref(entityRef)}>{entityName(entityRef)}</Link>
        )}
        <Typography variant="body2">
          {t('risk.label')}: {t(`risk.${subject.risk}`)}
        </Typography>
        <Typography variant="body2" color="text.secondary">
          {t('request.by', {
            who: entityName(requester),
            when: format.relative(openedAt, now),
          })}
        </Typography>
        {state === 'waiting' && (
          <Typography variant="body2" color="text.secondary">
            {t('request.until', { when: format.moment(expiresAt) })}
          </Typography>
        )}
        <Link to={subject.link}>{t('request.open')}</Link>
        {request.supersededBy && (
          <Link to={requestHref(request.supersededBy)}>
            {t('request.newer')}
          </Link>
        )}
        {request.supersedes && (
          <Link to={requestHref(request.supersedes)}>{t('request.older')}</Link>
        )}
      </Box>
      <Typography variant="body2">
        {t('request.reason')}: {subject.reason}
      </Typography>
    </Box>
  );
}
