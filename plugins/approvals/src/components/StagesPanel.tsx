import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  ApprovalRequest,
  CountedDecision,
} from '@shopfloor/plugin-approvals-common';
import { Panel, StateIcon, useFormat, useNow } from '@shopfloor/ui';
import { approvalsTranslationRef } from '../translation/translation';
import { entityName, localized } from '../words';

/** Who may decide in each stage, and who did. */
export function StagesPanel(props: { request: ApprovalRequest }) {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const { locale } = useFormat();
  const { policy, stages, denials } = props.request;
  return (
    <Panel
      spaced
      title={t('stages.title')}
      help={t('stages.policy', { policy: localized(policy.title, locale) })}
    >
      <Box component="ol" sx={{ m: 0, p: 0, listStyle: 'none' }}>
        {stages.map((_, index) => (
          <Stage key={index} request={props.request} index={index} />
        ))}
      </Box>
      {denials.length > 0 && (
        <>
          <Typography sx={{ fontWeight: 600, mt: 1 }}>
            {t('stages.denied')}
          </Typography>
          {denials.map(decision => (
            <Decision key={decision.by} decision={decision} state="failing" />
          ))}
        </>
      )}
      {policy.separateStages && stages.length > 1 && (
        <Typography variant="body2" color="text.secondary" sx={{ mt: 1 }}>
          {t('stages.separate')}
        </Typography>
      )}
    </Panel>
  );
}

function Stage(props: { request: ApprovalRequest; index: number }) {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const format = useFormat();
  const now = useNow(30_000);
  const { request, index } = props;
  const { state, stage: open, policy } = request;
  const progress = request.stages[index];
  const { title, quorum } = policy.stages[index];
  const isOpen = state === 'waiting' && index === open;
  const fallback = policy.escalation?.fallback ?? [];
  const names = (refs: string[]) => refs.map(entityName).join(', ');
  return (
    <Box
      component="li"
      aria-current={isOpen ? 'step' : undefined}
      sx={{ py: 1, borderTop: index > 0 ? 1 : 0, borderColor: 'divider' }}
    >
      <Typography sx={{ fontWeight: 600 }}>
        {t('stages.number', {
          number: String(index + 1),
          stage: localized(title, format.locale),
        })}
      </Typography>
      <Typography variant="body2">
        {progress.openedAt
          ? t('stages.quorum', {
              approvals: String(progress.approvals.length),
              quorum: String(quorum),
            })
          : t('stages.later')}
      </Typography>
      <Typography variant="body2" color="text.secondary">
        {t('stages.may', { who: names(progress.approvers) })}
      </Typography>
      {progress.escalatedAt && (
        <Typography variant="body2" color="text.secondary">
          {t('stages.fallback', { who: names(fallback) })}
        </Typography>
      )}
      {isOpen && progress.escalatesAt && !progress.escalatedAt && (
        <Typography variant="body2" color="text.secondary">
          {t('stages.escalates', {
            who: names(fallback),
            when: format.relative(progress.escalatesAt, now),
          })}
        </Typography>
      )}
      {progress.approvals.map(decision => (
        <Decision key={decision.by} decision={decision} state="ok" />
      ))}
    </Box>
  );
}

function Decision(props: {
  decision: CountedDecision;
  state: 'ok' | 'failing';
}) {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const format = useFormat();
  const now = useNow(30_000);
  const { by, principal, at, comment } = props.decision;
  const when = format.relative(at, now);
  return (
    <Box sx={{ mt: 0.5 }}>
      <Typography
        variant="body2"
        sx={{ display: 'flex', alignItems: 'center', gap: 0.5 }}
      >
        <StateIcon state={props.state} size={16} />
        {by === principal
          ? t('stages.decision', { who: entityName(by), when })
          : t('stages.inPlace', {
              who: entityName(by),
              principal: entityName(principal),
              when,
            })}
      </Typography>
      {comment && (
        <Typography variant="body2" sx={{ pl: 2.5, whiteSpace: 'pre-wrap' }}>
          “{comment}”
        </Typography>
      )}
    </Box>
  );
}
