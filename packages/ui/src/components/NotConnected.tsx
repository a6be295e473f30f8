import { ReactNode } from 'react';
import LinkOff from '@mui/icons-material/LinkOff';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { uiTranslationRef } from '../translation/translation';
import { Message } from './Message';

/** Properties of {@link NotConnected}. */
export interface NotConnectedProps {
  /** The system, by its own name: "Prometheus". */
  system: string;
  /** What the reader misses without it. */
  description?: ReactNode;
  /** The key of the configuration that connects it. */
  setting?: string;
  docs?: string;
}

/** A system that this page needs is not set up: names it, and the setting that connects it. */
export function NotConnected(props: NotConnectedProps) {
  const { t } = useTranslationRef(uiTranslationRef);
  return (
    <Message
      icon={<LinkOff aria-hidden sx={{ color: 'text.secondary' }} />}
      title={t('notConnected.title', { system: props.system })}
      description={
        <>
          {props.description && <div>{props.description}</div>}
          {props.setting && (
            <div>{t('notConnected.setting', { setting: props.setting })}</div>
          )}
        </>
      }
      actions={
        props.docs && <Link to={props.docs}>{t('notConnected.docs')}</Link>
      }
    />
  );
}
