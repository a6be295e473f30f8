import Alert from '@mui/material/Alert';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormHelperText from '@mui/material/FormHelperText';
import FormLabel from '@mui/material/FormLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { LONGEST_PERSON_GRANT_SECONDS } from '@shopfloor/plugin-secrets-common';
import { EnvironmentPicker } from '@shopfloor/ui';
import { secretsTranslationRef } from '../../translation/translation';
import { ServiceField } from './ServiceField';
import { Step } from './Step';
import { AskForm } from './useAskForm';

/** Who uses the secret, and in which environment. */
export function WhoStep(props: { form: AskForm }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { form } = props;
  const { draft, choose, problemAt, leave } = form;
  const environmentProblem = problemAt('environment');
  return (
    <Step
      number={1}
      title={t('form.who')}
      done={form.isRight('service', 'environment') && Boolean(form.subject)}
    >
      <FormControl>
        <FormLabel id="secrets-for-whom">{t('form.for')}</FormLabel>
        <RadioGroup
          aria-labelledby="secrets-for-whom"
          value={draft.forWhom}
          onChange={(_, value) =>
            choose({ forWhom: value === 'me' ? 'me' : 'service', amount: '' })
          }
        >
          <FormControlLabel
            value="service"
            control={<Radio size="small" />}
            label={t('form.forService')}
          />
          <FormControlLabel
            value="me"
            control={<Radio size="small" />}
            label={t('form.forMe')}
          />
        </RadioGroup>
      </FormControl>
      {draft.forWhom === 'me' && (
        <Alert severity={form.me.email ? 'info' : 'warning'} sx={{ my: 1 }}>
          {form.me.email
            ? t('form.forMeHelp', {
                product: form.product,
                hours: String(LONGEST_PERSON_GRANT_SECONDS / 3_600),
              })
            : t('form.noEmail', { product: form.product })}
        </Alert>
      )}
      {draft.forWhom === 'service' && (
        <ServiceField
          label={t('form.service')}
          help={t('form.serviceHelp')}
          services={form.services}
          value={draft.service}
          problem={problemAt('service')}
          onChange={service => choose({ service, owner: '', declared: '' })}
          onBlur={() => leave('service')}
        />
      )}
      <FormControl error={Boolean(environmentProblem)} sx={{ my: 1 }}>
        <EnvironmentPicker
          environments={form.environments}
          value={draft.environment}
          onChange={environment => choose({ environment })}
        />
        {environmentProblem && (
          <FormHelperText>{environmentProblem}</FormHelperText>
        )}
      </FormControl>
    </Step>
  );
}
