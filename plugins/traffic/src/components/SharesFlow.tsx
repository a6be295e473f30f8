import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { ComparedShare } from '@shopfloor/plugin-traffic-common';
import { chartColor, useFormat } from '@shopfloor/ui';
import { trafficTranslationRef } from '../translation/translation';

export interface SharesFlowProps {
  shares: ComparedShare[];
  /** Absent when nothing is measured. */
  requestsPerSecond?: number;
  /** The measured figures are not the present ones. */
  stale?: boolean;
}

/** Height of one version, and of the whole stream, in CSS pixels. */
const ROW = 72;
const STREAM = 56;
const WIDTH = 300;
const NODE = 8;

/**
 * Requests as a stream that parts: pale as wide as wanted, solid as wide as measured. The picture is decoration for eyes;
 * the numbers beside it say the same.
 */
export function SharesFlow(props: SharesFlowProps) {
  const { t } = useTranslationRef(trafficTranslationRef);
  const format = useFormat();
  const { shares, requestsPerSecond, stale } = props;
  const height = shares.length * ROW;
  const summary = t('flow.summary', {
    rate: format.number(requestsPerSecond),
    shares: shares
      .map(({ subset, wanted, measured }) =>
        t('flow.summaryShare', {
          subset,
          wanted: format.percent(wanted),
          measured: format.percent(measured),
        }),
      )
      .join('; '),
  });
  return (
    <Box sx={{ display: 'flex', alignItems: 'stretch', minWidth: 0 }}>
      <Box
        sx={{
          alignSelf: 'center',
          pr: 1,
          flexShrink: 0,
          maxWidth: 96,
          opacity: stale ? 0.65 : 1,
        }}
      >
        {requestsPerSecond !== undefined && (
          <Typography variant="body2" color="text.secondary">
            {t('flow.requests', { rate: format.number(requestsPerSecond) })}
          </Typography>
        )}
      </Box>
      <Box
        component="svg"
        role="img"
        aria-label={summary}
        viewBox={`0 0 ${WIDTH} ${height}`}
        preserveAspectRatio="none"
        sx={{ flex: '1 1 120px', minWidth: 60, height }}
      >
        <Box
          component="rect"
          x={0}
          y={(height - STREAM) / 2}
          width={NODE}
          height={STREAM}
          sx={{ fill: 'var(--sf-border-strong)' }}
        />
        <Ribbons
          shares={shares.map(({ wanted }) => wanted)}
          opacity={0.25}
          height={height}
        />
        <Ribbons
          shares={shares.map(({ measured }) => measured ?? 0)}
          opacity={stale ? 0.4 : 0.85}
          height={height}
        />
      </Box>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, pl: 1.5 }}>
        {shares.map(share => (
          <Box
            component="li"
            key={share.subset}
            sx={{
              height: ROW,
              display: 'flex',
              flexDirection: 'column',
              justifyContent: 'center',
              whiteSpace: 'nowrap',
            }}
          >
            <Typography component="span" sx={{ fontWeight: 600 }}>
              {share.subset}
            </Typography>
            <Typography component="span" variant="body2">
              {t('flow.wanted', { share: format.percent(share.wanted) })}
            </Typography>
            <Typography
              component="span"
              variant="body2"
              color="text.secondary"
              data-stale={stale || undefined}
            >
              {share.measured === undefined
                ? t('flow.notMeasured')
                : t('flow.measured', {
                    share: format.percent(share.measured),
                  })}
            </Typography>
          </Box>
        ))}
      </Box>
    </Box>
  );
}

function Ribbons(props: { shares: number[]; opacity: number; height: number }) {
  const { shares, opacity, height } = props;
  let left = (height - STREAM) / 2;
  return (
    <>
      {shares.map((share, index) => {
        const thickness = share * STREAM;
        const from = left;
        left += thickness;
        const to = index * ROW + (ROW - thickness) / 2;
        return (
          <Box
            component="path"
            key={index}
            d={ribbon(from, to, thickness)}
            sx={{ fill: chartColor(index), fillOpacity: opacity }}
          />
        );
      })}
    </>
  );
}

function ribbon(from: number, to: number, thickness: number): string {
  const middle = (NODE + WIDTH) / 2;
  return [
    `M ${NODE} ${from}`,
    `C ${middle} ${from} ${middle} ${to} ${WIDTH} ${to}`,
    `L ${WIDTH} ${to + thickness}`,
    `C ${middle} ${to + thickness} ${middle} ${from + thickness} ${NODE} ${
      from + thickness
    }`,
    'Z',
  ].join(' ');
}
