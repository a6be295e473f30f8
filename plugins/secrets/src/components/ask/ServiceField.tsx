import Autocomplete from '@mui/material/Autocomplete';
import TextField from '@mui/material/TextField';
import { ServiceOption } from '../../hooks/useServices';
import { entityName } from '../../words';

/** Chooses a service of the catalog; one that is not listed any more stays as it is. */
export function ServiceField(props: {
  label: string;
  help: string;
  services: readonly ServiceOption[];
  /** Entity ref; empty when none is chosen. */
  value: string;
  problem?: string;
  onChange: (ref: string) => void;
  onBlur?: () => void;
}) {
  const { label, help, services, value, problem, onChange, onBlur } = props;
  const chosen = value
    ? (services.find(({ ref }) => ref === value) ?? {
        ref: value,
        name: entityName(value),
        title: entityName(value),
      })
    : null;
  const options =
    chosen && !services.includes(chosen) ? [chosen, ...services] : services;
  return (
    <Autocomplete
      size="small"
      options={options}
      value={chosen}
      isOptionEqualToValue={(option, other) => option.ref === other.ref}
      getOptionLabel={({ title }) => title}
      getOptionKey={({ ref }) => ref}
      onChange={(_, next) => onChange(next?.ref ?? '')}
      onBlur={onBlur}
      renderInput={params => (
        <TextField
          {...params}
          label={label}
          helperText={problem ?? help}
          error={Boolean(problem)}
        />
      )}
      sx={{ my: 1, maxWidth: 480 }}
    />
  );
}
