import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Box from '@mui/material/Box';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { DefinitionProblem, SourceReport } from '@shopfloor/plugin-slo-common';
import { sloTranslationRef } from '../translation/translation';

/** Findings about a definition, each with its line and field. */
export function ProblemList(props: { problems: DefinitionProblem[] }) {
  const { t } = useTranslationRef(sloTranslationRef);
  return (
    <Box
      component="ul"
      sx={{ m: 0, pl: 2.5, fontSize: '0.8125rem', overflowWrap: 'anywhere' }}
    >
      {props.problems.map(problem => (
        <li key={`${problem.line} ${problem.field} ${problem.message}`}>
          {t(`problems.severity.${problem.severity}`)},{' '}
          {t('problems.line', { line: String(problem.line) })}
          {problem.field && (
            <>
              , <code>{problem.field}</code>
            </>
          )}
          : {problem.message}
        </li>
      ))}
    </Box>
  );
}

/** What is wrong with the file of an entity. Nothing when only parts of it are not evaluated yet. */
export function SourceProblems(props: { source: SourceReport }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const { source } = props;
  const problems = source.problems.filter(
    ({ severity }) => severity !== 'unsupported',
  );
  if (problems.length === 0 && !source.failure) {
    return null;
  }
  const serious =
    Boolean(source.failure) ||
    problems.some(({ severity }) => severity === 'error');
  return (
    <Alert severity={serious ? 'error' : 'warning'} sx={{ mb: 2 }}>
      <AlertTitle>
        {source.failure
          ? t('problems.unreadable', { file: source.file })
          : t('problems.title', { count: problems.length, file: source.file })}
      </AlertTitle>
      {source.failure}
      <ProblemList problems={problems} />
      {source.usesOlderDefinitions && t('problems.older')}
    </Alert>
  );
}
