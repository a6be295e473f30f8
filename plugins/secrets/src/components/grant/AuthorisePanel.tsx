import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Grant } from '@shopfloor/plugin-secrets-common';
import { Panel } from '@shopfloor/ui';
import { secretsTranslationRef } from '../../translation/translation';
import { CopyBlock } from '../preview/CopyBlock';

/** What an approver does at Vault itself: where, with which accessor, and to exactly which text. */
export function AuthorisePanel(props: { grant: Grant; product: string }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { grant, product } = props;
  const { authorisation, plan, state } = grant;
  if (state !== 'waiting-authorisation' || !authorisation) {
    return null;
  }
  const { accessor, link } = authorisation;
  const program = product === 'OpenBao' ? 'bao' : 'vault';
  const role = Object.entries(plan.role.parameters)
    .map(([key, value]) => `${key} = ${value}`)
    .join('\n');
  return (
    <Panel
      spaced
      title={t('authorise.title', { product })}
      help={t('authorise.help', { product })}
    >
      <CopyBlock name={t('authorise.accessor')} text={accessor} />
      <CopyBlock
        name={t('authorise.command')}
        text={[
          `${program} login -method=oidc`,
          `${program} write sys/control-group/request accessor=${accessor}`,
          `${program} write sys/control-group/authorize accessor=${accessor}`,
        ].join('\n')}
      />
      <CopyBlock
        name={`${t('authorise.text')}: ${plan.policy.name}`}
        text={plan.policy.text}
      />
      <CopyBlock
        name={`${t('authorise.text')}: auth/${plan.role.mount}/role/${plan.role.name}`}
        text={role}
      />
      {link && (
        <Typography variant="body2">
          <Link to={link}>{t('authorise.open', { product })}</Link>
        </Typography>
      )}
      <Typography variant="body2" color="text.secondary">
        {t('authorise.waiting')}
      </Typography>
    </Panel>
  );
}
