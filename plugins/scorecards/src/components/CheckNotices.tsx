import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { CollectorStatus } from '@shopfloor/plugin-checks-common';
import { isNotAllowed, useFormat, usePolled } from '@shopfloor/ui';
import { scorecardChecksApiRef } from '../api';
import { scorecardsTranslationRef } from '../translation/translation';
import { localized } from '../words';

const MAX_SOURCES = 10;

/** What is wrong behind the grades: files of checks that need a correction, and sources that do not answer. */
export function CheckNotices() {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const api = useApi(scorecardChecksApiRef);
  const { value, error } = usePolled('checks', async signal => {
    const [definitions, collectors] = await Promise.all([
      api.listDefinitions({ signal }),
      api.listCollectors({ signal }),
    ]);
    return { definitions, collectors: collectors.items };
  });
  // Who may not see what is checked sees nothing of it here either.
  const unknown = error && !isNotAllowed(error);
  return (
    <>
      {unknown && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('status.sourcesUnknown', { message: error.message })}
        </Alert>
      )}
      {value?.definitions.failure && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('status.checkFilesGone', { message: value.definitions.failure })}
        </Alert>
      )}
      {value?.definitions.invalid.map(({ file, problems, usesOlder }) => (
        <Alert key={file} severity="error" sx={{ mb: 2 }}>
          <AlertTitle>{t('invalid.title', { file })}</AlertTitle>
          {problems.map(({ line, column, field, message }) => (
            <div key={`${line}:${column} ${field} ${message}`}>
              {t('invalid.line', { line: String(line), field, message })}
            </div>
          ))}
          {usesOlder.length > 0 && (
            <div>
              {t('invalid.olderChecks', { names: usesOlder.join(', ') })}
            </div>
          )}
        </Alert>
      ))}
      {value && <FailingSources collectors={value.collectors} />}
    </>
  );
}

function FailingSources(props: { collectors: CollectorStatus[] }) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const format = useFormat();
  // Several collectors may read one source.
  const failing = new Map<
    string,
    { titles: string[]; source: CollectorStatus['sources'][number] }
  >();
  for (const { title, sources } of props.collectors) {
    for (const source of sources.filter(({ failures }) => failures > 0)) {
      const titles = failing.get(source.name)?.titles ?? [];
      failing.set(source.name, {
        titles: [...titles, localized(title, format.locale)],
        source,
      });
    }
  }
  if (failing.size === 0) {
    return null;
  }
  return (
    <Alert severity="warning" sx={{ mb: 2 }}>
      <AlertTitle>{t('sources.title', { count: failing.size })}</AlertTitle>
      <div>{t('sources.help')}</div>
      {[...failing.values()]
        .slice(0, MAX_SOURCES)
        .map(({ titles, source: { name, failure, pausedUntil } }) => (
          <div key={name}>
            {t('sources.line', {
              name,
              collectors: titles.join(', '),
              message: failure ?? t('run.noReason'),
            })}
            {pausedUntil &&
              ` ${t('sources.paused', { when: format.moment(pausedUntil) })}`}
          </div>
        ))}
      {failing.size > MAX_SOURCES && (
        <div>
          {t('sources.more', { more: String(failing.size - MAX_SOURCES) })}
        </div>
      )}
    </Alert>
  );
}
