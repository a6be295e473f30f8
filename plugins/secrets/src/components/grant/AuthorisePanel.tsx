import { ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Grant } from '@shopfloor/plugin-secrets-common';
import { Panel, State, StateIcon, useFormat, useNow } from '@shopfloor/ui';
import { useMe } from '../../hooks/useMe';
import { secretsTranslationRef } from '../../translation/translation';
import { entityName } from '../../words';
import { CopyBlock } from '../preview/CopyBlock';

/**
 * What an approver does at Vault itself, step by step: where, with which accessor, and to exactly which text. Of a grant in force
 * it is its renewal that waits.
 */
export function AuthorisePanel(props: { grant: Grant; product: string }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const format = useFormat();
  const now = useNow(30_000);
  const me = useMe();
  const { grant, product } = props;
  const { authorisation, plan, state, renewal } = grant;
  if (!authorisation) {
    return null;
  }
  const ofRenewal = state !== 'waiting-authorisation';
  const { accessor, link } = authorisation;
  const program = product === 'OpenBao' ? 'bao' : 'vault';
  const role = Object.entries(plan.role.parameters)
    .map(([key, value]) => `${key} = ${value}`)
    .join('\n');
  const asked = grant.history.findLast(
    ({ type }) => type === 'authorisation-asked',
  );
  const approvedAt = ofRenewal ? renewal?.approvedAt : grant.approvedAt;
  const approvers = ofRenewal ? [] : (grant.approvedBy ?? []);
  const askedBy = ofRenewal ? renewal?.by : grant.requestedBy;
  const when = (at: string) => ({ when: format.relative(at, now) });
  return (
    <Panel
      spaced
      title={t(ofRenewal ? 'authorise.renewalTitle' : 'authorise.title', {
        product,
      })}
      help={t('authorise.help', { product })}
    >
      {ofRenewal && (
        <Alert severity="info" sx={{ mb: 2 }}>
          {t('authorise.renewalHelp')}
        </Alert>
      )}
      {me.userEntityRef !== undefined && me.userEntityRef === askedBy && (
        <Alert severity="info" sx={{ mb: 2 }}>
          {t('authorise.notYou')}
        </Alert>
      )}
      <Box component="ol" sx={{ m: 0, p: 0, listStyle: 'none' }}>
        <Step
          state={approvedAt ? 'ok' : 'unknown'}
          title={t('authorise.approved')}
        >
          {[
            approvers.map(entityName).join(', '),
            approvedAt && when(approvedAt).when,
          ]
            .filter(Boolean)
            .join(' · ')}
        </Step>
        <Step state="ok" title={t('authorise.asked', { product })}>
          {asked && when(asked.at).when}
        </Step>
        <Step state="waiting" title={t('authorise.signIn', { product })}>
          <CopyBlock
            name={t('authorise.signInCommand')}
            text={`${program} login -method=oidc`}
          />
          {link && <Link to={link}>{t('authorise.open', { product })}</Link>}
        </Step>
        <Step state="waiting" title={t('authorise.compare')}>
          <CopyBlock name={t('authorise.accessor')} text={accessor} />
          <CopyBlock
            name={t('authorise.look')}
            text={`${program} write sys/control-group/request accessor=${accessor}`}
          />
          <CopyBlock
            name={`${t('authorise.text')}: ${plan.policy.name}`}
            text={plan.policy.text}
          />
          <CopyBlock
            name={`${t('authorise.text')}: auth/${plan.role.mount}/role/${plan.role.name}`}
            text={role}
          />
        </Step>
        <Step state="waiting" title={t('authorise.act')}>
          <CopyBlock
            name={t('authorise.command')}
            text={`${program} write sys/control-group/authorize accessor=${accessor}`}
          />
        </Step>
        <Step state="unknown" title={t('authorise.goesOn')}>
          {t('authorise.waiting')}
        </Step>
      </Box>
    </Panel>
  );
}

function Step(props: { state: State; title: string; children?: ReactNode }) {
  return (
    <Box
      component="li"
      sx={{ display: 'flex', alignItems: 'flex-start', gap: 1, py: 0.75 }}
    >
      <StateIcon state={props.state} />
      <Box sx={{ minWidth: 0, flexGrow: 1 }}>
        <Typography variant="body2" sx={{ fontWeight: 600 }}>
          {props.title}
        </Typography>
        <Typography component="div" variant="body2" color="text.secondary">
          {props.children}
        </Typography>
      </Box>
    </Box>
  );
}
