import Box from '@mui/material/Box';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { uiTranslationRef } from '../translation/translation';
import { linesOf } from './lines';

const hidden = {
  position: 'absolute',
  width: '1px',
  height: '1px',
  overflow: 'hidden',
  clipPath: 'inset(50%)',
};

/** Two texts line by line, whole; a changed line is marked by a sign, by a word for a screen reader, and by colour. */
export function LineDiff(props: {
  label: string;
  before: string;
  after: string;
  /** Scrolls when it is higher, in pixels; without, it is as high as the texts. */
  maxHeight?: number;
}) {
  const { t } = useTranslationRef(uiTranslationRef);
  return (
    <Box
      component="pre"
      tabIndex={0}
      aria-label={props.label}
      sx={{
        position: 'relative',
        m: 0,
        p: 1.5,
        maxHeight: props.maxHeight,
        overflow: 'auto',
        fontSize: '0.75rem',
        lineHeight: 1.5,
        borderRadius: '6px',
        backgroundColor: 'var(--sf-surface-sunken)',
      }}
    >
      {linesOf(props.before, props.after).map(({ text, change }, index) => {
        const state = change && (change === 'added' ? 'ok' : 'failing');
        return (
          <Box
            component="span"
            key={index}
            sx={{
              display: 'block',
              minHeight: '1.5em',
              ...(state && {
                color: `var(--sf-state-${state}-foreground)`,
                backgroundColor: `var(--sf-state-${state}-background)`,
              }),
            }}
          >
            <span aria-hidden>
              {(change && (change === 'added' ? '+ ' : '- ')) || '  '}
            </span>
            {change && (
              <Box component="span" sx={hidden}>
                {t(`diff.${change}`)}{' '}
              </Box>
            )}
            {text}
          </Box>
        );
      })}
    </Box>
  );
}
