import Button from '@mui/material/Button';
import LockOutlined from '@mui/icons-material/LockOutlined';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { StateIcon } from '../state/StateBadge';
import { uiTranslationRef } from '../translation/translation';
import { Message } from './Message';

/** Properties of {@link ErrorPanel}. */
export interface ErrorPanelProps {
  error: Error;
  /** What failed, in words; the general sentence when absent. */
  title?: string;
  /** Tries again. */
  onRetry?: () => void;
  /** Without a frame, inside a card. */
  compact?: boolean;
}

/** Whether an error says that the person may not see or do this. */
export function isNotAllowed(error: Error): boolean {
  const response = (error as { response?: { status?: number } }).response;
  return error.name === 'NotAllowedError' || response?.status === 403;
}

/** A failure in words with a way to try again. A refusal (403) is told as a refusal, with whom to ask. */
export function ErrorPanel(props: ErrorPanelProps) {
  const { t } = useTranslationRef(uiTranslationRef);
  if (isNotAllowed(props.error)) {
    return (
      <Message
        icon={<LockOutlined aria-hidden sx={{ color: 'text.secondary' }} />}
        title={t('error.notAllowed')}
        description={t('error.notAllowedHelp')}
        compact={props.compact}
      />
    );
  }
  return (
    <Message
      role="alert"
      icon={<StateIcon state="failing" size={24} />}
      title={props.title ?? t('error.title')}
      description={props.error.message}
      compact={props.compact}
      actions={
        props.onRetry && (
          <Button size="small" variant="outlined" onClick={props.onRetry}>
            {t('error.retry')}
          </Button>
        )
      }
    />
  );
}
