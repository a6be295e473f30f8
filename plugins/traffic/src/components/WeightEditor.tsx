import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Box from '@mui/material/Box';
import Slider from '@mui/material/Slider';
import TextField from '@mui/material/TextField';
import { rebalance } from '@shopfloor/plugin-traffic-common';
import { chartColor } from '@shopfloor/ui';
import { useState } from 'react';
import { trafficTranslationRef } from '../translation/translation';

export interface WeightEditorProps {
  subsets: string[];
  /** Whole percentages that sum to 100, one for each subset. */
  percentages: number[];
  onChange: (percentages: number[]) => void;
  disabled: boolean;
  /** Id of the text that says why it is disabled. */
  describedBy?: string;
}

/** A slider and a number for each version; the others make room, so that the sum stays 100. */
export function WeightEditor(props: WeightEditorProps) {
  const { t } = useTranslationRef(trafficTranslationRef);
  // What is being typed, as long as it is not a percentage.
  const [typed, setTyped] = useState<{ index: number; text: string }>();
  const { subsets, percentages, onChange, disabled, describedBy } = props;

  const set = (index: number, value: number) =>
    onChange(rebalance(percentages, index, value));

  const type = (index: number, text: string) => {
    if (/^\d{1,3}$/.test(text) && Number(text) <= 100) {
      setTyped(undefined);
      set(index, Number(text));
    } else {
      setTyped({ index, text });
    }
  };

  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      {subsets.map((subset, index) => {
        const wrong = typed?.index === index ? typed : undefined;
        return (
          <Box
            key={subset}
            sx={{ display: 'flex', alignItems: 'center', gap: 2, minWidth: 0 }}
          >
            <Slider
              value={percentages[index]}
              onChange={(_, value) => {
                setTyped(undefined);
                set(index, value as number);
              }}
              min={0}
              max={100}
              step={1}
              shiftStep={10}
              disabled={disabled}
              valueLabelDisplay="auto"
              valueLabelFormat={value => `${value} %`}
              getAriaValueText={value => `${value} %`}
              aria-label={t('editor.slider', { subset })}
              aria-describedby={describedBy}
              sx={{ color: chartColor(index), mx: 1 }}
            />
            <TextField
              size="small"
              label={t('editor.number', { subset })}
              value={wrong ? wrong.text : String(percentages[index])}
              onChange={event => type(index, event.target.value)}
              onBlur={() => wrong?.text === '' && setTyped(undefined)}
              error={Boolean(wrong && wrong.text !== '')}
              helperText={
                wrong && wrong.text !== '' ? t('editor.invalid') : undefined
              }
              disabled={disabled}
              inputProps={{
                inputMode: 'numeric',
                'aria-describedby': describedBy,
              }}
              sx={{ width: 120, flexShrink: 0 }}
            />
          </Box>
        );
      })}
    </Box>
  );
}
