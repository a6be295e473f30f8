import { useId } from 'react';
import FormControl from '@mui/material/FormControl';
import InputLabel from '@mui/material/InputLabel';
import MenuItem from '@mui/material/MenuItem';
import Select from '@mui/material/Select';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { uiTranslationRef } from '../translation/translation';
import { EnvironmentBadge, EnvironmentInfo } from './EnvironmentBadge';

/** Properties of {@link EnvironmentPicker}. */
export interface EnvironmentPickerProps {
  environments: readonly EnvironmentInfo[];
  value: string | undefined;
  onChange: (name: string) => void;
}

/** Chooses the environment of a page; use it with `useEnvironment`, which keeps the choice in the URL. */
export function EnvironmentPicker(props: EnvironmentPickerProps) {
  const { t } = useTranslationRef(uiTranslationRef);
  const labelId = useId();
  const known = props.environments.some(e => e.name === props.value);
  return (
    <FormControl size="small" sx={{ minWidth: 160 }}>
      <InputLabel id={labelId}>{t('environment.label')}</InputLabel>
      <Select
        labelId={labelId}
        label={t('environment.label')}
        value={known ? props.value : ''}
        onChange={event => props.onChange(event.target.value as string)}
      >
        {props.environments.map(environment => (
          <MenuItem key={environment.name} value={environment.name}>
            <EnvironmentBadge environment={environment} />
          </MenuItem>
        ))}
      </Select>
    </FormControl>
  );
}
