import useAsync from 'react-use/esm/useAsync';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { notificationsApiRef } from '@backstage/plugin-notifications';
import { ErrorPanel, LoadingPanel, Panel } from '@shopfloor/ui';
import { appTranslationRef } from '../../translation/translation';
import { Quiet } from './Quiet';

/** How many notifications wait to be read. */
export function Notifications() {
  const { t } = useTranslationRef(appTranslationRef);
  const api = useApi(notificationsApiRef);
  const { value, error } = useAsync(() => api.getStatus(), [api]);
  let body = <LoadingPanel rows={1} />;
  if (error) {
    body = <ErrorPanel compact error={error} />;
  } else if (value?.unread) {
    body = (
      <Link to="/notifications">
        {t('home.notificationsUnread', { count: value.unread })}
      </Link>
    );
  } else if (value) {
    body = <Quiet>{t('home.notificationsNone')}</Quiet>;
  }
  return <Panel title={t('home.notifications')}>{body}</Panel>;
}
