import { useId } from 'react';
import FormControl from '@mui/material/FormControl';
import InputLabel from '@mui/material/InputLabel';
import MenuItem from '@mui/material/MenuItem';
import Select from '@mui/material/Select';

/** Chooses one of several by a labelled menu. Without `all` one is always chosen. */
export function Choice(props: {
  label: string;
  value: string;
  options: ReadonlyArray<{ value: string; label: string }>;
  onChange: (value: string) => void;
  /** The word for "no choice", which has the empty value. */
  all?: string;
}) {
  const id = useId();
  const known = props.options.some(option => option.value === props.value);
  return (
    <FormControl size="small" sx={{ minWidth: 180, maxWidth: '100%' }}>
      <InputLabel id={id} shrink={props.all ? true : undefined}>
        {props.label}
      </InputLabel>
      <Select
        labelId={id}
        label={props.label}
        notched={props.all ? true : undefined}
        displayEmpty={Boolean(props.all)}
        value={known ? props.value : ''}
        onChange={event => props.onChange(event.target.value)}
      >
        {props.all && <MenuItem value="">{props.all}</MenuItem>}
        {props.options.map(option => (
          <MenuItem key={option.value} value={option.value}>
            {option.label}
          </MenuItem>
        ))}
      </Select>
    </FormControl>
  );
}
