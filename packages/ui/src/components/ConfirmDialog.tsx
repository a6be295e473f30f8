import { ReactNode, useId, useState } from 'react';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { uiTranslationRef } from '../translation/translation';

/** Properties of {@link ConfirmDialog}. */
export interface ConfirmDialogProps {
  open: boolean;
  title: string;
  /** Names the act, with its object and environment: "Send 10 % to v2 in production". */
  act: string;
  /** The preview in words and as a diff, who is affected, how to undo. */
  children: ReactNode;
  /** Does the act. The dialog stays open, and keeps what was typed, when it fails. */
  onConfirm: () => Promise<void> | void;
  onClose: () => void;
  /** Why the act is not possible now; the button is disabled and the reason shown. */
  disabledReason?: string;
  /** The act takes something away. */
  destructive?: boolean;
}

/** Asks before a change that others feel. Escape and "Cancel" close it, the button names the act. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { t } = useTranslationRef(uiTranslationRef);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<Error>();
  const titleId = useId();
  const reasonId = useId();

  const close = () => {
    if (!working) {
      setError(undefined);
      props.onClose();
    }
  };
  const confirm = async () => {
    setWorking(true);
    setError(undefined);
    try {
      await props.onConfirm();
    } catch (caught) {
      setError(caught instanceof Error ? caught : new Error(String(caught)));
    } finally {
      setWorking(false);
    }
  };

  return (
    <Dialog
      open={props.open}
      onClose={close}
      aria-labelledby={titleId}
      fullWidth
      maxWidth="sm"
    >
      <DialogTitle id={titleId}>{props.title}</DialogTitle>
      <DialogContent>
        {props.children}
        {props.disabledReason && (
          <Alert id={reasonId} severity="info" sx={{ mt: 2 }}>
            {props.disabledReason}
          </Alert>
        )}
        {error && (
          <Alert severity="error" sx={{ mt: 2 }}>
            {t('dialog.failed')}: {error.message}
          </Alert>
        )}
      </DialogContent>
      <DialogActions sx={{ flexWrap: 'wrap', gap: 1, px: 3, pb: 2 }}>
        <Button onClick={close} disabled={working}>
          {t('dialog.cancel')}
        </Button>
        <Button
          variant="contained"
          color={props.destructive ? 'error' : 'primary'}
          onClick={confirm}
          disabled={working || Boolean(props.disabledReason)}
          aria-describedby={props.disabledReason ? reasonId : undefined}
        >
          {working ? t('dialog.working') : props.act}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
