import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormGroup from '@mui/material/FormGroup';
import FormHelperText from '@mui/material/FormHelperText';
import FormLabel from '@mui/material/FormLabel';
import TextField from '@mui/material/TextField';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Choice, useFormat } from '@shopfloor/ui';
import { DURATION_UNITS, DurationUnit } from '../../core/askForm';
import { secretsTranslationRef } from '../../translation/translation';
import { Step } from './Step';
import { AskForm } from './useAskForm';

/** What may be done with it, why, and for how long. */
export function TermsStep(props: { form: AskForm }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const format = useFormat();
  const { form } = props;
  const { draft, choose, leave, problemAt } = form;
  const accessProblem = problemAt('access');
  const durationProblem = problemAt('duration');
  const reasonProblem = problemAt('reason');
  return (
    <Step
      number={3}
      title={t('form.terms')}
      done={form.isRight('access', 'reason', 'duration')}
    >
      <FormControl
        component="fieldset"
        error={Boolean(accessProblem)}
        sx={{ display: 'flex', mb: 1 }}
      >
        <FormLabel component="legend">{t('form.access')}</FormLabel>
        <FormGroup>
          {form.accessChoices.map(access => (
            <FormControlLabel
              key={access}
              label={t(
                form.kind === 'database'
                  ? 'accessHelp.account'
                  : `accessHelp.${access}`,
              )}
              control={
                <Checkbox
                  size="small"
                  checked={draft.access.includes(access)}
                  onChange={(_, checked) =>
                    choose({
                      access: checked
                        ? [...draft.access, access]
                        : draft.access.filter(each => each !== access),
                    })
                  }
                />
              }
            />
          ))}
        </FormGroup>
        {accessProblem && <FormHelperText>{accessProblem}</FormHelperText>}
      </FormControl>
      <TextField
        fullWidth
        required
        multiline
        minRows={2}
        margin="dense"
        label={t('form.reason')}
        value={draft.reason}
        onChange={event => choose({ reason: event.target.value })}
        onBlur={() => leave('reason')}
        error={Boolean(reasonProblem)}
        helperText={reasonProblem ?? t('form.reasonHelp')}
        inputProps={{ maxLength: 1_000 }}
      />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, mt: 1 }}>
        <TextField
          size="small"
          required
          label={t('form.duration')}
          value={draft.amount}
          onChange={event => choose({ amount: event.target.value })}
          onBlur={() => leave('duration')}
          error={Boolean(durationProblem)}
          helperText={
            durationProblem ??
            t('form.durationHelp', {
              longest: format.duration(form.longestSeconds * 1000),
            })
          }
          inputProps={{ inputMode: 'numeric', maxLength: 6 }}
          sx={{ minWidth: 220, maxWidth: 320 }}
        />
        <Choice
          label={t('form.unit')}
          value={draft.unit}
          options={(Object.keys(DURATION_UNITS) as DurationUnit[]).map(
            value => ({ value, label: t(`form.${value}`) }),
          )}
          onChange={value => choose({ unit: value as DurationUnit })}
        />
      </Box>
    </Step>
  );
}
