import { useState } from 'react';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormGroup from '@mui/material/FormGroup';
import FormLabel from '@mui/material/FormLabel';
import TextField from '@mui/material/TextField';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { ScorecardDefinition } from '@shopfloor/plugin-scorecards-common';
import { ConfirmDialog } from '@shopfloor/ui';
import { scorecardsApiRef } from '../api';
import { scorecardsTranslationRef } from '../translation/translation';
import { useCheckTitle } from './useCheckTitle';

/** Starts a campaign for checks of a scorecard. */
export function CampaignDialog(props: {
  definition: ScorecardDefinition;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const api = useApi(scorecardsApiRef);
  const { definition, onClose, onDone } = props;
  const titleOf = useCheckTitle();
  const [title, setTitle] = useState('');
  const [checks, setChecks] = useState<string[]>([]);
  const [team, setTeam] = useState('');
  const [deadline, setDeadline] = useState('');
  const complete =
    title.trim().length >= 3 && checks.length > 0 && deadline !== '';
  return (
    <ConfirmDialog
      open
      title={t('campaign.start')}
      act={t('campaign.startAct', { title: title.trim() })}
      disabledReason={complete ? undefined : t('campaign.invalid')}
      onClose={onClose}
      onConfirm={async () => {
        await api.createCampaign({
          title: title.trim(),
          scorecard: definition.name,
          checks,
          team: team.trim() || undefined,
          deadline: new Date(`${deadline}T00:00:00Z`).toISOString(),
        });
        onDone();
      }}
    >
      <TextField
        fullWidth
        required
        label={t('campaign.name')}
        value={title}
        onChange={event => setTitle(event.target.value)}
        inputProps={{ maxLength: 120 }}
        sx={{ my: 1 }}
      />
      <FormLabel component="legend">{t('campaign.checks')}</FormLabel>
      <FormGroup sx={{ mb: 1 }}>
        {definition.checks.map(({ check }) => (
          <FormControlLabel
            key={check}
            label={titleOf(check)}
            control={
              <Checkbox
                size="small"
                checked={checks.includes(check)}
                onChange={(_, checked) =>
                  setChecks(last =>
                    checked
                      ? [...last, check]
                      : last.filter(each => each !== check),
                  )
                }
              />
            }
          />
        ))}
      </FormGroup>
      <TextField
        fullWidth
        label={t('campaign.team')}
        value={team}
        onChange={event => setTeam(event.target.value)}
        sx={{ mb: 2 }}
      />
      <TextField
        type="date"
        required
        label={t('campaign.deadline')}
        value={deadline}
        onChange={event => setDeadline(event.target.value)}
        InputLabelProps={{ shrink: true }}
      />
    </ConfirmDialog>
  );
}
