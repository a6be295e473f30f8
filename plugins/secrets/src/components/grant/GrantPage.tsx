import { useEffect, useState } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { Grant, PLATFORM, ReasonCode } from '@shopfloor/plugin-secrets-common';
import {
  AnswerLine,
  EnvironmentBadge,
  Loaded,
  Panel,
  useEnvironments,
  useFormat,
  useNow,
} from '@shopfloor/ui';
import { secretsApiRef } from '../../api';
import { timeLeft } from '../../core/timeLeft';
import { useVaults } from '../../hooks/useVaults';
import { secretsTranslationRef } from '../../translation/translation';
import {
  accessWords,
  entityHref,
  entityName,
  secretName,
  stateOf,
  subjectName,
  subjectRef,
} from '../../words';
import { CopyBlock } from '../preview/CopyBlock';
import { VaultNotices } from '../VaultNotices';
import { AuthorisePanel } from './AuthorisePanel';
import { DriftPanel } from './DriftPanel';
import { GrantActs } from './GrantActs';
import { GrantHistory } from './GrantHistory';
import { GrantSteps } from './GrantSteps';
import { NearPanel } from './NearPanel';
import { PlanPanel } from './PlanPanel';
import { ProofPanel } from './ProofPanel';
import { useAsked } from '../../hooks/useAsked';

/** How often a grant that is being worked on, or waits to be, is looked at. */
const WORKING_MS = 3_000;

/** One grant: how it stands, what it allows, whether that was proven, what can be done, and what happened. */
export function GrantPage(props: { id: string }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const api = useApi(secretsApiRef);
  const { value, error, retry } = useAsked(props.id, signal =>
    api.getGrant(props.id, { signal }),
  );
  const [done, setDone] = useState<Grant>();
  // An act answers with a newer state than the last look.
  const grant =
    done && done.history.length >= (value?.history.length ?? 0) ? done : value;
  const state = grant && stateOf(grant.state);
  const proofMissing =
    grant?.state === 'active' &&
    grant.request.subject.kind === 'service-account' &&
    !grant.lastProof;
  const soon = state === 'running' || state === 'waiting' || proofMissing;
  useEffect(() => {
    if (!soon) {
      return undefined;
    }
    // Counted from the last answer: a slow server is not asked anew before it has answered.
    const timer = setTimeout(retry, WORKING_MS);
    return () => clearTimeout(timer);
  }, [soon, value, error, retry]);

  return (
    <>
      <Box sx={{ mb: 1 }}>
        <Link to="/secrets">{t('grant.back')}</Link>
      </Box>
      <Loaded
        value={grant}
        error={error}
        onRetry={retry}
        rows={10}
        stale={({ message }) => t('stale', { message })}
      >
        {shown => (
          <Detail
            grant={shown}
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

function Detail(props: { grant: Grant; onDone: (grant: Grant) => void }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const vaults = useVaults();
  const { grant, onDone } = props;
  const { environment } = grant.request;
  const product = vaults.productOf(environment);
  const vault = vaults.value?.find(({ name }) => name === environment)?.vault;
  return (
    <>
      <Heading grant={grant} product={product} />
      <Answer
        grant={grant}
        product={product}
        ready={vault === undefined || vault.status === 'ready'}
      />
      {vaults.value && (
        <VaultNotices environments={vaults.value} only={environment} />
      )}
      <Notes grant={grant} product={product} />
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
        <Box sx={{ minWidth: 0 }}>
          <AuthorisePanel grant={grant} product={product} />
          <DriftPanel grant={grant} product={product} onDone={onDone} />
          <PlanPanel grant={grant} product={product} />
          <NearPanel grant={grant} />
          {/* Nobody signs in for a person to prove something. */}
          {grant.request.subject.kind === 'service-account' && (
            <ProofPanel grant={grant} onDone={onDone} />
          )}
          {grant.manifests.length > 0 && (
            <Panel
              spaced
              title={t('grant.manifests')}
              help={t('preview.manifestsHelp')}
            >
              {grant.manifests.map(({ name, text }) => (
                <CopyBlock key={name} name={name} text={text} />
              ))}
            </Panel>
          )}
        </Box>
        <Box sx={{ minWidth: 0 }}>
          <GrantSteps grant={grant} product={product} />
          <GrantActs grant={grant} onDone={onDone} />
          <GrantHistory history={grant.history} product={product} />
        </Box>
      </Box>
    </>
  );
}

function Heading(props: { grant: Grant; product: string }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const format = useFormat();
  const now = useNow(30_000);
  const { environmentOf } = useEnvironments();
  const { grant, product } = props;
  const { request, requestedBy, requestedAt, approvalLink, link } = grant;
  const { subject, owner, secret, access, reason } = request;
  const who = subjectName(subject);
  const byPerson = requestedBy !== PLATFORM;
  return (
    <Box sx={{ mb: 2 }}>
      <Typography
        component="h1"
        sx={{ fontSize: '1.25rem', fontWeight: 600, overflowWrap: 'anywhere' }}
      >
        {t('grant.heading', {
          access: accessWords(access, t),
          secret: secretName(secret),
          owner: entityName(owner),
          who,
        })}
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
        <EnvironmentBadge environment={environmentOf(request.environment)} />
        <Typography variant="body2">{t(`kind.${secret.kind}`)}</Typography>
        <Link to={entityHref(subjectRef(subject))}>
          {subject.kind === 'person' ? t('grant.person', { who }) : who}
        </Link>
        <Typography variant="body2" color="text.secondary">
          {byPerson
            ? t('grant.asked', {
                who: entityName(requestedBy),
                when: format.relative(requestedAt, now),
              })
            : t('list.platform')}
        </Typography>
        {approvalLink && <Link to={approvalLink}>{t('grant.approval')}</Link>}
        {link && <Link to={link}>{t('grant.openVault', { product })}</Link>}
      </Box>
      <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
        {t('grant.reason')}: {reason}
      </Typography>
      <Typography variant="body2" color="text.secondary">
        {t('noValues', { product })}
      </Typography>
    </Box>
  );
}

function Answer(props: { grant: Grant; product: string; ready: boolean }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const format = useFormat();
  const now = useNow(30_000);
  const { grant, product, ready } = props;
  const { state, lastProof, request } = grant;
  const remaining = timeLeft(grant, now);
  const left = format.duration(remaining);
  let words: string;
  if (state === 'active' && remaining === undefined) {
    words = t('grant.answer.activeNoEnd');
  } else if (state === 'approved' && !ready) {
    words = t('grant.answer.approvedWaits', { product });
  } else {
    words = t(`grant.answer.${state}`, { product, left });
  }
  // In force without a proof is said, not passed over.
  const unproven =
    ['active', 'expiring'].includes(state) &&
    request.subject.kind === 'service-account' &&
    !lastProof?.held;
  return (
    <AnswerLine state={stateOf(state)} stateLabel={t(`state.${state}`)}>
      {unproven ? `${words}, ${t('grant.notProven')}` : words}
    </AnswerLine>
  );
}

/** Reasons whose words say all that there is; what the server said besides would only be the same in English. */
const SAID_BY_REASON: readonly ReasonCode[] = [
  'base-changed',
  'no-control-groups',
];

function Notes(props: { grant: Grant; product: string }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { grant, product } = props;
  const { reasonCodes, failure, renewal, state } = grant;
  const severity = ['failed', 'drifted'].includes(state) ? 'error' : 'info';
  return (
    <>
      {reasonCodes.map(code => (
        <Alert key={code} severity={severity} sx={{ mb: 2 }}>
          {t(`reason.${code}`, { product })}
        </Alert>
      ))}
      {failure && !reasonCodes.some(code => SAID_BY_REASON.includes(code)) && (
        <Alert severity="error" sx={{ mb: 2, overflowWrap: 'anywhere' }}>
          {t('grant.problem')}: <span lang="en">{failure}</span>
        </Alert>
      )}
      {renewal && (
        <Alert severity="info" sx={{ mb: 2 }}>
          {t(`grant.renewal.${renewal.state}`, {
            who: entityName(renewal.by),
          })}{' '}
          {renewal.approvalRequestId && (
            <Link
              to={`/approvals/${encodeURIComponent(renewal.approvalRequestId)}`}
            >
              {t('grant.renewalApproval')}
            </Link>
          )}
        </Alert>
      )}
    </>
  );
}
