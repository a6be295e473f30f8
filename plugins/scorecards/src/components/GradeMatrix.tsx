import { ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { CHECK_OUTCOMES } from '@shopfloor/plugin-checks-common';
import {
  GRADE_STATES,
  GradeFilter,
  GradeList,
  ScorecardDefinition,
} from '@shopfloor/plugin-scorecards-common';
import {
  AnswerLine,
  EmptyState,
  ErrorPanel,
  LoadingPanel,
  State,
  usePolled,
  useUrlState,
} from '@shopfloor/ui';
import { scorecardsApiRef } from '../api';
import { scorecardsTranslationRef } from '../translation/translation';
import { GradeTable } from './GradeTable';
import { MatrixFilters, matrixUrlDefaults } from './MatrixFilters';
import { useDownload } from './useDownload';

const PAGE_SIZE = 50;
const SORTS = ['worst', 'best', 'name'] as const;

/** Services by checks, with filters that stand in the URL. */
export function GradeMatrix(props: { definition: ScorecardDefinition }) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const api = useApi(scorecardsApiRef);
  const { definition } = props;
  const [url, setUrl] = useUrlState(matrixUrlDefaults);
  const offset = /^\d{1,6}$/.test(url.offset) ? Number(url.offset) : 0;
  const check = definition.checks.find(each => each.check === url.check)?.check;
  const filter: GradeFilter & { scorecard: string } = {
    scorecard: definition.name,
    owner: url.owner,
    team: url.team,
    domain: url.domain,
    system: url.system,
    state: GRADE_STATES.find(each => each === url.state),
    check,
    outcome: check
      ? CHECK_OUTCOMES.find(each => each === url.outcome)
      : undefined,
    text: url.text?.slice(0, 100),
  };
  const sort = SORTS.find(each => each === url.sort) ?? 'worst';
  const { value, error, retry } = usePolled(
    JSON.stringify([filter, sort, offset]),
    signal =>
      api.listGrades({ ...filter, sort, limit: PAGE_SIZE, offset }, { signal }),
  );
  const filtered = Object.entries(filter).some(
    ([key, each]) => key !== 'scorecard' && each !== undefined,
  );
  let body: ReactNode = <LoadingPanel rows={8} />;
  if (value) {
    body = (
      <Listed
        definition={definition}
        list={value}
        offset={offset}
        filter={filter}
        filtered={filtered}
        onOffset={next => setUrl({ offset: String(next) }, { push: true })}
      />
    );
  } else if (error) {
    body = <ErrorPanel error={error} onRetry={retry} />;
  }
  return (
    <>
      <MatrixFilters facets={value?.facets} filtered={filtered} />
      {value && error && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('status.portal')}
        </Alert>
      )}
      {body}
    </>
  );
}

function Listed(props: {
  definition: ScorecardDefinition;
  list: GradeList;
  offset: number;
  filter: GradeFilter & { scorecard: string };
  filtered: boolean;
  onOffset: (offset: number) => void;
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const { definition, list, offset, filter, filtered, onOffset } = props;
  const download = useDownload();
  if (list.totalItems === 0) {
    return filtered ? (
      <EmptyState
        title={t('list.nothing')}
        description={t('list.nothingHelp')}
      />
    ) : (
      <EmptyState
        title={t('empty.noGrades')}
        description={t('empty.noGradesHelp')}
        docs="/docs/default/component/shopfloor-docs/how-to/scorecards"
      />
    );
  }
  return (
    <>
      <AnswerLine
        state={worstOf(list)}
        aside={
          <Box role="group" aria-label={t('list.export')}>
            {(['csv', 'json'] as const).map(format => (
              <Button
                key={format}
                size="small"
                onClick={() => download.start({ ...filter, format })}
              >
                {t(`list.${format}`)}
              </Button>
            ))}
          </Box>
        }
      >
        {t('list.answer', {
          count: list.totalItems,
          ok: String(list.states.ok),
        })}
      </AnswerLine>
      {download.error && <ErrorPanel compact error={download.error} />}
      <GradeTable definition={definition} items={list.items} />
      {list.totalItems > PAGE_SIZE && (
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, mt: 2 }}>
          <Button
            disabled={offset === 0}
            onClick={() => onOffset(Math.max(0, offset - PAGE_SIZE))}
          >
            {t('list.previous')}
          </Button>
          {t('list.page', {
            from: String(offset + 1),
            to: String(offset + list.items.length),
            total: String(list.totalItems),
          })}
          <Button
            disabled={offset + list.items.length >= list.totalItems}
            onClick={() => onOffset(offset + PAGE_SIZE)}
          >
            {t('list.next')}
          </Button>
        </Box>
      )}
    </>
  );
}

/** The most urgent state of all that match. */
function worstOf(list: GradeList): State {
  const found = GRADE_STATES.find(state => list.states[state] > 0);
  return found === undefined || found === 'not-applicable' ? 'unknown' : found;
}
