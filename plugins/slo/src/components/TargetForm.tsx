import { useEffect, useState } from 'react';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Slider from '@mui/material/Slider';
import TextField from '@mui/material/TextField';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useFormat } from '@shopfloor/ui';
import { sloTranslationRef } from '../translation/translation';

/** The targets people choose among. */
const USUAL_TARGETS = [
  0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9995, 0.9999, 0.99999,
];

/** A target from a percentage as typed; `undefined` when it is none between 0 and 100. */
export function targetOfPercent(text: string): number | undefined {
  const percent = Number(text.trim().replace(',', '.'));
  return text.trim() !== '' && percent > 0 && percent < 100
    ? Number((percent / 100).toFixed(8))
    : undefined;
}

function percentOfTarget(target: number): string {
  return String(Number((target * 100).toPrecision(10)));
}

/** The place of a target among the usual ones: the last that is not above it. */
function placeOf(target: number): number {
  return Math.max(
    0,
    USUAL_TARGETS.findLastIndex(usual => usual <= target),
  );
}

/** Chooses a target: a slider over the usual ones, a field for any other. */
export function TargetForm(props: {
  /** The one of the definition. */
  defined: number;
  /** The one that is tried. */
  tried?: number;
  onTry: (target: number | undefined) => void;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { defined, tried, onTry } = props;
  const chosen = tried ?? defined;
  const [text, setText] = useState(percentOfTarget(chosen));
  const [place, setPlace] = useState(placeOf(chosen));
  const [touched, setTouched] = useState(false);
  useEffect(() => {
    setText(percentOfTarget(chosen));
    setPlace(placeOf(chosen));
    setTouched(false);
  }, [chosen]);
  const target = targetOfPercent(text);
  const wrong = target === undefined && touched;
  return (
    <Box
      component="form"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        setTouched(true);
        if (target !== undefined) {
          onTry(target);
        }
      }}
      sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'center' }}
    >
      <Box sx={{ flex: '1 1 240px', minWidth: 200, px: 1.5 }}>
        <Slider
          size="small"
          min={0}
          max={USUAL_TARGETS.length - 1}
          step={1}
          marks
          value={place}
          aria-label={t('whatIf.slider')}
          getAriaValueText={index => format.percent(USUAL_TARGETS[index])}
          valueLabelDisplay="auto"
          valueLabelFormat={index => format.percent(USUAL_TARGETS[index])}
          onChange={(_, index) => {
            setPlace(index as number);
            setText(percentOfTarget(USUAL_TARGETS[index as number]));
          }}
          onChangeCommitted={(_, index) =>
            onTry(USUAL_TARGETS[index as number])
          }
        />
      </Box>
      <TextField
        size="small"
        label={t('whatIf.field')}
        value={text}
        error={wrong}
        helperText={wrong ? t('whatIf.wrong') : undefined}
        onBlur={() => setTouched(true)}
        onChange={event => setText(event.target.value)}
        inputProps={{ inputMode: 'decimal' }}
        sx={{ width: 160 }}
      />
      <Button type="submit" variant="outlined" size="small">
        {t('whatIf.act')}
      </Button>
      {tried !== undefined && (
        <Button size="small" onClick={() => onTry(undefined)}>
          {t('whatIf.stop')}
        </Button>
      )}
    </Box>
  );
}
