import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { GrantEvent, PLATFORM } from '@shopfloor/plugin-secrets-common';
import { Formatters, Panel, useFormat, useNow } from '@shopfloor/ui';
import { secretsTranslationRef } from '../../translation/translation';
import { entityName, SecretsWords, widenedWords } from '../../words';

/** What happened to a grant, newest first; it stays when the grant is long over. */
export function GrantHistory(props: {
  history: GrantEvent[];
  product: string;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const format = useFormat();
  const now = useNow(30_000);
  const { history, product } = props;
  return (
    <Panel spaced title={t('grant.history')}>
      {history.length === 0 && (
        <Typography variant="body2">{t('grant.historyNone')}</Typography>
      )}
      <Box component="ol" sx={{ m: 0, p: 0, listStyle: 'none' }}>
        {[...history].reverse().map((event, index) => {
          const details = detailsOf(event, t, product);
          return (
            <Box
              component="li"
              key={`${event.at} ${index}`}
              sx={{ py: 0.75, overflowWrap: 'anywhere' }}
            >
              <Typography variant="body2">
                {t('grant.by', {
                  what: eventWords(event, t, format),
                  who: whoOf(event, t),
                })}
              </Typography>
              {details.map(each => (
                <Typography key={each} variant="body2" color="text.secondary">
                  {each}
                </Typography>
              ))}
              <Typography
                component="time"
                dateTime={event.at}
                variant="body2"
                color="text.secondary"
              >
                {format.moment(event.at)} ({format.relative(event.at, now)})
              </Typography>
            </Box>
          );
        })}
      </Box>
    </Panel>
  );
}

function eventWords(
  event: GrantEvent,
  t: SecretsWords,
  format: Formatters,
): string {
  switch (event.type) {
    case 'revoked':
      return t('event.revoked', { steps: event.steps.join(', ') });
    case 'renewal-asked':
      return t('event.renewal-asked', {
        duration: format.duration(event.durationSeconds * 1000),
      });
    case 'renewal-closed':
      return t(`event.renewal-closed.${event.outcome}`);
    case 'renewed':
      return t('event.renewed', { when: format.moment(event.expiresAt) });
    default:
      return t(`event.${event.type}`);
  }
}

/** People by their names; what nobody did the portal did, but for a decision of a policy. */
function whoOf(event: GrantEvent, t: SecretsWords): string {
  const by = 'by' in event ? event.by : undefined;
  if (Array.isArray(by)) {
    return by.length > 0 ? by.map(entityName).join(', ') : t('event.policy');
  }
  if (by === PLATFORM) {
    return t('grant.platform');
  }
  return by ? entityName(by) : t('grant.portal');
}

/** What was said or found, each in one line. */
function detailsOf(
  event: GrantEvent,
  t: SecretsWords,
  product: string,
): string[] {
  const details: string[] = [];
  switch (event.type) {
    case 'asked':
      return [`“${event.request.reason}”`];
    case 'renewal-asked':
      return [`“${event.reason}”`];
    case 'held':
    case 'apply-failed':
    case 'revocation-asked':
      details.push(t(`reason.${event.reason}`, { product }));
      break;
    case 'withdrawn':
      if (event.reason) {
        details.push(t(`reason.${event.reason}`, { product }));
      }
      break;
    case 'drift-found':
      details.push(
        t(`drift.${event.drift.what}`),
        ...widenedWords(event.drift, t),
      );
      break;
    default:
  }
  if ('words' in event && event.words) {
    details.push(event.words);
  }
  if ('comment' in event && event.comment) {
    details.push(`“${event.comment}”`);
  }
  return details;
}
