import { useState } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { FINAL_STATES, Grant } from '@shopfloor/plugin-secrets-common';
import { ConfirmDialog, Panel } from '@shopfloor/ui';
import { secretsTranslationRef } from '../../translation/translation';
import { askAgainHref } from '../../words';
import { RenewDialog } from './RenewDialog';
import { RevokeDialog } from './RevokeDialog';
import { useAct } from './useAct';

type Open = 'renew' | 'revoke' | 'withdraw' | 'retry';

/** What the reader can do with a grant; what is not possible now says why. */
export function GrantActs(props: {
  grant: Grant;
  onDone: (grant: Grant) => void;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const [open, setOpen] = useState<Open>();
  const [done, setDone] = useState<Open>();
  const { grant } = props;
  const { may, state } = grant;
  const finish = (next: Grant) => {
    setDone(open);
    setOpen(undefined);
    props.onDone(next);
  };
  const close = () => setOpen(undefined);
  if (FINAL_STATES.includes(state)) {
    return (
      <Panel spaced title={t('act.title')}>
        <Link to={askAgainHref(grant.request)}>{t('act.again')}</Link>
      </Panel>
    );
  }
  const live = ['active', 'expiring', 'drifted', 'failed'].includes(state);
  return (
    <Panel spaced title={t('act.title')}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
        {may.retry && (
          <Button variant="contained" onClick={() => setOpen('retry')}>
            {t('act.retry')}
          </Button>
        )}
        {live && (
          <Button
            variant={state === 'expiring' ? 'contained' : 'outlined'}
            disabled={!may.renew}
            aria-describedby={may.renew ? undefined : 'secrets-why-no-renew'}
            onClick={() => setOpen('renew')}
          >
            {t('act.renew')}
          </Button>
        )}
        {may.withdraw && (
          <Button variant="outlined" onClick={() => setOpen('withdraw')}>
            {t('act.withdraw')}
          </Button>
        )}
        {(live || may.revoke) && (
          <Button
            variant="outlined"
            color="error"
            disabled={!may.revoke}
            aria-describedby={may.revoke ? undefined : 'secrets-why-no-revoke'}
            onClick={() => setOpen('revoke')}
          >
            {t('act.revoke')}
          </Button>
        )}
      </Box>
      {live && !may.renew && (
        <Typography
          id="secrets-why-no-renew"
          variant="body2"
          color="text.secondary"
          sx={{ mt: 1 }}
        >
          {t('act.renew')}: {t(`act.disabled.${whyNoRenew(grant)}`)}
        </Typography>
      )}
      {live && !may.revoke && (
        <Typography
          id="secrets-why-no-revoke"
          variant="body2"
          color="text.secondary"
          sx={{ mt: 1 }}
        >
          {t('act.revoke')}: {t('act.disabled.revoke')}
        </Typography>
      )}
      {done && (
        <Alert severity="success" role="status" sx={{ mt: 1 }}>
          {t(`act.done.${done}`)}
        </Alert>
      )}
      {open === 'renew' && (
        <RenewDialog grant={grant} onClose={close} onDone={finish} />
      )}
      {open === 'revoke' && (
        <RevokeDialog grant={grant} onClose={close} onDone={finish} />
      )}
      {(open === 'withdraw' || open === 'retry') && (
        <PlainDialog act={open} grant={grant} onClose={close} onDone={finish} />
      )}
    </Panel>
  );
}

function whyNoRenew(grant: Grant): 'renew' | 'renewing' | 'renewState' {
  if (grant.renewal) {
    return 'renewing';
  }
  return ['active', 'expiring'].includes(grant.state) ? 'renew' : 'renewState';
}

function PlainDialog(props: {
  act: 'withdraw' | 'retry';
  grant: Grant;
  onClose: () => void;
  onDone: (grant: Grant) => void;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { act: which, grant, onClose, onDone } = props;
  const { act } = useAct(onDone);
  return (
    <ConfirmDialog
      open
      title={t(`act.${which}`)}
      act={t(`act.${which}`)}
      onClose={onClose}
      onConfirm={() =>
        act((api, options) => api[which]({ id: grant.id }, options))
      }
    >
      <Typography variant="body2">{t(`act.${which}Help`)}</Typography>
    </ConfirmDialog>
  );
}
