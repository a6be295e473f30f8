import { ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { PolicyInUse } from '@shopfloor/plugin-approvals-common';
import {
  EmptyState,
  ErrorPanel,
  LoadingPanel,
  Panel,
  useFormat,
  usePolled,
} from '@shopfloor/ui';
import { approvalsApiRef } from '../api';
import { approvalsTranslationRef } from '../translation/translation';
import { entityName, localized } from '../words';

const HOUR_MS = 3_600_000;

/** The policies in use, and what is wrong with their files. */
export function Policies() {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const api = useApi(approvalsApiRef);
  const { value, error, retry } = usePolled('policies', signal =>
    api.listPolicies({ signal }),
  );
  if (!value) {
    return error ? (
      <ErrorPanel error={error} onRetry={retry} />
    ) : (
      <LoadingPanel rows={6} />
    );
  }
  return (
    <>
      <Typography variant="body2" color="text.secondary" sx={{ mb: 2 }}>
        {t('policies.help')}{' '}
        <Link to="/docs/default/component/shopfloor-docs/reference/approvals">
          {t('policies.whoAsks')}
        </Link>
      </Typography>
      {value.failure && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('policies.failure', { message: value.failure })}
        </Alert>
      )}
      {value.invalid.map(({ file, problems, usesOlder }) => (
        <Alert key={file} severity="error" sx={{ mb: 2 }}>
          <AlertTitle>{t('policies.invalid', { file })}</AlertTitle>
          {problems.map(({ line, field, message }, index) => (
            <div key={index}>
              {t('policies.problem', { line: String(line), field, message })}
            </div>
          ))}
          {usesOlder.length > 0 &&
            t('policies.older', { policies: usesOlder.join(', ') })}
        </Alert>
      ))}
      {value.items.length === 0 ? (
        <EmptyState
          title={t('policies.none')}
          description={t('policies.noneHelp')}
          docs="/docs/default/component/shopfloor-docs/how-to/approvals"
        />
      ) : (
        value.items.map(item => <Policy key={item.policy.name} item={item} />)
      )}
    </>
  );
}

function Policy(props: { item: PolicyInUse }) {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const { locale, duration } = useFormat();
  const { policy, file, line } = props.item;
  const { appliesTo, stages, breakGlass, autoApprove } = policy;
  const names = (refs: string[]) => refs.map(entityName).join(', ');
  const lines: ReactNode[] = [
    t('policies.kinds', {
      types: [
        ...appliesTo.types,
        ...(appliesTo.environments ?? []),
        ...(appliesTo.production === undefined
          ? []
          : [
              t(
                appliesTo.production
                  ? 'policies.production'
                  : 'policies.outsideProduction',
              ),
            ]),
        ...(appliesTo.risks ?? []).map(risk => t(`risk.${risk}`)),
      ].join(', '),
    }),
    ...stages.map(({ title, quorum, approvers }) =>
      t('policies.stage', {
        stage: localized(title, locale),
        quorum: String(quorum),
        who: [
          ...(approvers.entityOwners ? [t('policies.owners')] : []),
          ...approvers.groups.map(entityName),
        ].join(', '),
      }),
    ),
    t('policies.expires', {
      duration: duration(policy.expiresAfterHours * HOUR_MS),
    }),
    breakGlass && t('policies.glass', { who: names(breakGlass.groups) }),
    autoApprove &&
      t('policies.automatic', {
        reason: localized(autoApprove.reason, locale),
      }),
  ].filter(Boolean);
  return (
    <Panel
      spaced
      title={localized(policy.title, locale)}
      help={localized(policy.description, locale)}
      aside={
        <Typography variant="caption" color="text.secondary">
          {t('policies.source', { file, line: String(line) })}
        </Typography>
      }
    >
      {lines.map((text, index) => (
        <Typography key={index} variant="body2">
          {text}
        </Typography>
      ))}
    </Panel>
  );
}
