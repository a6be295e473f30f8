import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { ScorecardList } from '@shopfloor/plugin-scorecards-common';
import { scorecardsTranslationRef } from '../translation/translation';

/** What a reader should know first: what does not answer, and which files need a correction. */
export function StatusNotices(props: {
  list: ScorecardList;
  /** The portal itself does not answer any more. */
  failed: boolean;
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const { list, failed } = props;
  const { gradingFailure, definitionsFailure } = list.status;
  return (
    <>
      {failed && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('status.portal')}
        </Alert>
      )}
      {gradingFailure && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('status.checksGone', { message: gradingFailure })}
        </Alert>
      )}
      {definitionsFailure && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('status.definitionsGone', { message: definitionsFailure })}
        </Alert>
      )}
      {list.invalid.map(({ file, problems, usesOlder }) => (
        <Alert key={file} severity="error" sx={{ mb: 2 }}>
          <AlertTitle>{t('invalid.title', { file })}</AlertTitle>
          {problems.map(({ line, column, field, message }) => (
            <div key={`${line}:${column} ${field} ${message}`}>
              {t('invalid.line', { line: String(line), field, message })}
            </div>
          ))}
          {usesOlder.length > 0 && (
            <div>{t('invalid.older', { names: usesOlder.join(', ') })}</div>
          )}
        </Alert>
      ))}
    </>
  );
}
