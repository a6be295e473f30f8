import Box from '@mui/material/Box';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormHelperText from '@mui/material/FormHelperText';
import FormLabel from '@mui/material/FormLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Delivery } from '@shopfloor/plugin-secrets-common';
import { secretsTranslationRef } from '../../translation/translation';
import { Step } from './Step';
import { AskForm } from './useAskForm';

/** How the secret gets to the program. A person signs in instead, so it is left out then. */
export function DeliveryStep(props: { form: AskForm }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { draft, choose, problemAt, deliveryChoices } = props.form;
  const problem = problemAt('delivery');
  return (
    <Step number={4} title={t('form.delivery')} done={!problem}>
      <FormControl error={Boolean(problem)}>
        <FormLabel id="secrets-delivery">{t('form.deliveryLabel')}</FormLabel>
        <RadioGroup
          aria-labelledby="secrets-delivery"
          value={draft.delivery}
          onChange={(_, value) => choose({ delivery: value as Delivery })}
        >
          {deliveryChoices.map(delivery => (
            <Box key={delivery}>
              <FormControlLabel
                value={delivery}
                control={<Radio size="small" />}
                label={t(`delivery.${delivery}`)}
              />
              <Typography
                variant="body2"
                color="text.secondary"
                sx={{ pl: 3.5 }}
              >
                {t(`deliveryHelp.${delivery}`)}
              </Typography>
            </Box>
          ))}
        </RadioGroup>
        {problem && <FormHelperText>{problem}</FormHelperText>}
      </FormControl>
    </Step>
  );
}
