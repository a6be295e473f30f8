import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Link } from '@backstage/core-components';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import { RouteChange } from '@shopfloor/plugin-traffic-common';
import { useFormat } from '@shopfloor/ui';
import { trafficTranslationRef } from '../translation/translation';
import { changeInWords } from './format';

/** Whom a change waits for, or who decided about it, with the way there; nothing for a change that did not ask. */
export function ApprovalLink(props: { change: RouteChange }) {
  const { t } = useTranslationRef(trafficTranslationRef);
  const format = useFormat();
  const { approval, outcome, shares } = props.change;
  if (!approval) {
    return null;
  }
  const { requestId, waitingFor, decidedBy = [], comment } = approval;
  const whom =
    waitingFor &&
    (format.locale.startsWith('zh') ? waitingFor.zh : waitingFor.en);
  return (
    <div>
      {outcome === 'waiting' &&
        (requestId
          ? t('approval.waitingFor', { whom: whom ?? t('approval.others') })
          : t('approval.pending'))}
      {outcome !== 'waiting' && decidedBy.length > 0 && (
        <>
          {t('approval.decidedBy')}{' '}
          {decidedBy.map((ref, index) => (
            <span key={ref}>
              {index > 0 && t('answer.and')}
              <EntityRefLink entityRef={ref} defaultKind="user" />
            </span>
          ))}
          {comment && ` “${comment}”`}
        </>
      )}
      {approval.objected && <div>{t('approval.objected')}</div>}
      {requestId && (
        <div>
          <Link
            to={`/approvals/${encodeURIComponent(requestId)}`}
            color="inherit"
            underline="always"
            aria-label={t('approval.linkOf', {
              change: changeInWords(shares, t, format),
            })}
          >
            {t('approval.link')}
          </Link>
        </div>
      )}
    </div>
  );
}
