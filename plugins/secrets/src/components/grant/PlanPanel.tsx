import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Grant, LIVE_STATES } from '@shopfloor/plugin-secrets-common';
import { Panel, useFormat } from '@shopfloor/ui';
import { secretsTranslationRef } from '../../translation/translation';
import { localized } from '../../words';
import { CopyBlock } from '../preview/CopyBlock';
import { AllowsTable, Bullets } from '../preview/Parts';

/** What a grant allows: in words, as paths, and as the very texts that Vault gets. */
export function PlanPanel(props: { grant: Grant; product: string }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const format = useFormat();
  const { grant, product } = props;
  const { plan, allows, request, state } = grant;
  const { policy, role } = plan;
  const program = product === 'OpenBao' ? 'bao' : 'vault';
  const signIn =
    request.subject.kind === 'person' && LIVE_STATES.includes(state)
      ? `${program} login -method=oidc -path=${role.mount} role=${role.name}`
      : undefined;
  return (
    <Panel
      spaced
      title={t('grant.allows')}
      help={t(
        plan.tier === 'pinned'
          ? 'preview.pinnedHelp'
          : 'preview.controlGroupHelp',
        { product },
      )}
    >
      <Bullets items={allows.map(text => localized(text, format.locale))} />
      <Box sx={{ my: 2 }}>
        <AllowsTable lines={plan.allows} />
      </Box>
      <CopyBlock
        name={t('grant.policyText', { name: policy.name })}
        text={policy.text}
      />
      <CopyBlock
        name={t('grant.role', { name: role.name, mount: role.mount })}
        text={Object.entries(role.parameters)
          .map(([key, value]) => `${key} = ${value}`)
          .join('\n')}
      />
      {signIn && (
        <>
          <Typography variant="body2" sx={{ mb: 1 }}>
            {t('grant.signInHelp', { product })}
          </Typography>
          <CopyBlock name={t('grant.signIn')} text={signIn} />
        </>
      )}
      {policy.ttlSeconds !== undefined && (
        <Typography variant="body2" color="text.secondary">
          {t('grant.ttl', {
            duration: format.duration(policy.ttlSeconds * 1000),
          })}
        </Typography>
      )}
    </Panel>
  );
}
