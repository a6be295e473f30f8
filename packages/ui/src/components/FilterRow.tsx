import { ReactNode, useEffect, useState } from 'react';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';

/** Filters beside each other, and the way to clear them where there is something to clear. */
export function FilterRow(props: {
  filtered: boolean;
  /** The words of the button that clears. */
  clear: string;
  onClear: () => void;
  children: ReactNode;
}) {
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, mb: 2 }}>
      {props.children}
      {props.filtered && (
        <Button size="small" onClick={props.onClear}>
          {props.clear}
        </Button>
      )}
    </Box>
  );
}

/** A filter by a text, which takes effect on Enter, or when it is left; an empty one is none. */
export function TextFilter(props: {
  label: string;
  /** Says what is wanted and that Enter takes it. */
  placeholder: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  const { label, placeholder, value, onChange } = props;
  const [text, setText] = useState(value ?? '');
  useEffect(() => setText(value ?? ''), [value]);
  const commit = () => {
    const wanted = text.trim() || undefined;
    if (wanted !== value) {
      onChange(wanted);
    }
  };
  return (
    <TextField
      size="small"
      label={label}
      placeholder={placeholder}
      value={text}
      onChange={event => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={event => event.key === 'Enter' && commit()}
      inputProps={{ spellCheck: false, autoComplete: 'off', maxLength: 300 }}
    />
  );
}
