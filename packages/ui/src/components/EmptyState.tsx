import { ReactNode } from 'react';
import InboxOutlined from '@mui/icons-material/InboxOutlined';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { uiTranslationRef } from '../translation/translation';
import { Message } from './Message';

/** Properties of {@link EmptyState}. */
export interface EmptyStateProps {
  title: string;
  /** What this is for and the one step that fills it. */
  description: ReactNode;
  /** A button or link that takes the step. */
  action?: ReactNode;
  /** The how-to: a path in the portal or an address. */
  docs?: string;
  /** Without a frame, inside a card. */
  compact?: boolean;
}

/** A list that has nothing yet: teaches what would be here and how it gets here. */
export function EmptyState(props: EmptyStateProps) {
  const { t } = useTranslationRef(uiTranslationRef);
  return (
    <Message
      icon={<InboxOutlined aria-hidden sx={{ color: 'text.secondary' }} />}
      title={props.title}
      description={props.description}
      compact={props.compact}
      actions={
        (props.action || props.docs) && (
          <>
            {props.action}
            {props.docs && <Link to={props.docs}>{t('empty.docs')}</Link>}
          </>
        )
      }
    />
  );
}
