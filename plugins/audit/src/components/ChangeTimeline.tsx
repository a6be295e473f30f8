import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Change } from '@shopfloor/plugin-audit-common';
import { Panel, StateIcon, useFormat, useNow } from '@shopfloor/ui';
import { auditTranslationRef } from '../translation/translation';
import { changeStates } from './changeState';
import { placeOnTimeline } from './placeOnTimeline';

/** The changes of the table as a picture: a lane for each kind, a mark for each change. The table says the same in words. */
export function ChangeTimeline(props: { items: Change[] }) {
  const { t } = useTranslationRef(auditTranslationRef);
  const format = useFormat();
  const now = useNow(30_000);
  const timeline = placeOnTimeline(props.items, now);
  if (!timeline) {
    return null;
  }
  const from = format.moment(timeline.from);
  const to = format.moment(timeline.to);
  return (
    <Panel title={t('list.timeline')} spaced>
      <Box role="img" aria-label={t('list.timelineLabel', { from, to })}>
        {timeline.lanes.map(({ kind, marks }) => (
          <Box
            key={kind}
            sx={{
              display: 'grid',
              gridTemplateColumns: '112px minmax(0, 1fr)',
              alignItems: 'center',
              gap: 1,
            }}
          >
            <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
              {t(`kind.${kind}`)}
            </Box>
            <Box
              sx={{
                position: 'relative',
                height: 28,
                mr: 1.5,
                borderBottom: '1px solid var(--sf-border-subtle)',
              }}
            >
              {marks.map(({ change, from: start, to: end }) => (
                <Tooltip
                  key={change.id}
                  describeChild
                  title={`${format.moment(change.startedAt)} · ${change.title} · ${t(`outcome.${change.outcome}`)}`}
                >
                  <Box
                    sx={{
                      position: 'absolute',
                      top: 5,
                      left: `${start * 100}%`,
                      width: `${(end - start) * 100}%`,
                      minWidth: 18,
                      height: 18,
                      ml: '-9px',
                      borderRadius: '9px',
                      backgroundColor: 'var(--sf-surface-raised)',
                      lineHeight: 0,
                    }}
                  >
                    <StateIcon state={changeStates[change.outcome]} />
                  </Box>
                </Tooltip>
              ))}
            </Box>
          </Box>
        ))}
        <Box
          sx={{
            display: 'flex',
            justifyContent: 'space-between',
            ml: '120px',
            mt: 0.5,
            fontSize: '0.75rem',
            color: 'text.secondary',
          }}
        >
          <span>{from}</span>
          <span>{to}</span>
        </Box>
      </Box>
    </Panel>
  );
}
