import { useId, useState } from 'react';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Collapse from '@mui/material/Collapse';
import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  GradedCheck,
  GradedLevel,
  GradeReport,
} from '@shopfloor/plugin-scorecards-common';
import { Panel, StateBadge, useFormat, useUrlState } from '@shopfloor/ui';
import { scorecardsTranslationRef } from '../translation/translation';
import { localized } from '../words';
import { EvidencePanel } from './EvidencePanel';
import { OutcomeBadge } from './GradeBadge';
import { useCheckTitle } from './useCheckTitle';

const urlDefaults = { check: undefined as string | undefined };

/** The levels of a report with their checks; those that need something done come first. */
export function CheckLevels(props: {
  report: GradeReport;
  /** Asks for a waiver; absent when the person may not. */
  onWaive?: (check: string) => void;
}) {
  const { report, onWaive } = props;
  const titleOf = useCheckTitle();
  const { definition, checks } = report;
  const levelOf = new Map(
    definition.checks.map(({ check, level }) => [check, level]),
  );
  return (
    <>
      {report.levels.map((level, index) => (
        <Level
          key={level.level}
          level={level}
          title={definition.levels[index].title}
          entityRef={report.entityRef}
          titleOf={titleOf}
          onWaive={onWaive}
          checks={checks
            .filter(({ check }) => levelOf.get(check) === level.level)
            .sort((a, b) => urgency(a) - urgency(b))}
        />
      ))}
    </>
  );
}

const ORDER = ['fail', 'stale', 'unknown', 'pass', 'not-applicable'];

function urgency({ outcome, waived }: GradedCheck): number {
  return waived ? 2.5 : ORDER.indexOf(outcome);
}

function Level(props: {
  level: GradedLevel;
  title: { en: string; zh: string };
  checks: GradedCheck[];
  titleOf: (check: string) => string;
  entityRef: string;
  onWaive?: (check: string) => void;
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const format = useFormat();
  const { level, title, checks, titleOf, entityRef, onWaive } = props;
  let badge = <StateBadge state="failing" label={t('level.notReached')} />;
  if (level.reached) {
    badge = <StateBadge state="ok" label={t('level.reached')} />;
  } else if (level.possible) {
    badge = <StateBadge state="unknown" label={t('level.possible')} />;
  }
  return (
    <Panel
      spaced
      title={localized(title, format.locale)}
      aside={badge}
      help={
        level.asked === 0
          ? t('level.nothing')
          : t('level.share', {
              share: format.percent(level.passed / level.asked),
              threshold: format.percent(level.threshold / 100),
            })
      }
    >
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
        {checks.map(check => (
          <CheckItem
            key={check.check}
            check={check}
            title={titleOf(check.check)}
            entityRef={entityRef}
            onWaive={onWaive}
          />
        ))}
      </Box>
    </Panel>
  );
}

function CheckItem(props: {
  check: GradedCheck;
  title: string;
  entityRef: string;
  onWaive?: (check: string) => void;
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const { check, title, entityRef, onWaive } = props;
  const [url, setUrl] = useUrlState(urlDefaults);
  const id = useId();
  const reasonId = useId();
  const open = url.check === check.check;
  // What was opened once stays, so that closing is not jumpy.
  const [seen, setSeen] = useState(open);
  const waivable =
    !check.waived &&
    check.outcome !== 'pass' &&
    check.outcome !== 'not-applicable';
  return (
    <Box
      component="li"
      sx={{ py: 1, borderTop: '1px solid', borderColor: 'divider' }}
    >
      <Box
        sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1 }}
      >
        <OutcomeBadge check={check} />
        <Typography component="span" sx={{ fontWeight: 600, flexGrow: 1 }}>
          {title}
        </Typography>
        {waivable && (
          <>
            <Button
              size="small"
              disabled={!onWaive}
              aria-describedby={onWaive ? undefined : reasonId}
              aria-label={t('waiver.askFor', { check: title })}
              onClick={() => onWaive?.(check.check)}
            >
              {t('waiver.ask')}
            </Button>
            {!onWaive && (
              <Typography id={reasonId} variant="body2" color="text.secondary">
                {t('waiver.notAllowed')}
              </Typography>
            )}
          </>
        )}
        <Button
          size="small"
          aria-expanded={open}
          aria-controls={id}
          aria-label={t('check.open', { check: title })}
          onClick={() => {
            setSeen(true);
            setUrl({ check: open ? undefined : check.check });
          }}
        >
          {t('check.more')}
        </Button>
      </Box>
      <Collapse in={open} id={id}>
        {(seen || open) && (
          <EvidencePanel entityRef={entityRef} check={check.check} />
        )}
      </Collapse>
    </Box>
  );
}
