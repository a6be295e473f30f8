import { useState } from 'react';
import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { Incident } from '@shopfloor/plugin-audit-common';
import {
  Choice,
  ConfirmDialog,
  useEnvironments,
  useIdempotencyKey,
  usePolled,
} from '@shopfloor/ui';
import { changesApiRef } from '../api';
import { auditTranslationRef } from '../translation/translation';

/** Opens an incident by hand. What was typed stays when it fails. */
export function OpenIncidentDialog(props: {
  entityRef?: string;
  environment?: string;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslationRef(auditTranslationRef);
  const api = useApi(changesApiRef);
  const { run: withKey } = useIdempotencyKey();
  const { environments } = useEnvironments();
  const [service, setService] = useState(props.entityRef ?? '');
  const [environment, setEnvironment] = useState(props.environment ?? '');
  const [severity, setSeverity] = useState<'page' | 'ticket'>('page');
  const [title, setTitle] = useState('');
  const [summary, setSummary] = useState('');
  const incomplete = !title.trim() || !service.trim() || !environment;
  return (
    <ConfirmDialog
      open
      title={t('incident.open')}
      act={
        incomplete
          ? t('incident.open')
          : t('incident.openAct', { service: service.trim(), environment })
      }
      disabledReason={incomplete ? t('incident.incomplete') : undefined}
      onClose={props.onClose}
      onConfirm={async () => {
        await withKey(key =>
          api.openIncident(
            {
              title: title.trim(),
              ...(summary.trim() && { summary: summary.trim() }),
              entityRefs: [service.trim()],
              environment,
              severity,
            },
            key,
          ),
        );
        props.onDone();
      }}
    >
      <Typography variant="body2" sx={{ mb: 2 }}>
        {t('incident.openHelp')}
      </Typography>
      <Box sx={{ display: 'grid', gap: 2 }}>
        <TextField
          required
          fullWidth
          label={t('incident.title')}
          value={title}
          onChange={event => setTitle(event.target.value)}
          inputProps={{ maxLength: 200 }}
        />
        <TextField
          required
          fullWidth
          label={t('filter.entity')}
          value={service}
          disabled={props.entityRef !== undefined}
          onChange={event => setService(event.target.value)}
        />
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2 }}>
          <Choice
            label={t('filter.environment')}
            value={environment}
            options={environments.map(each => ({
              value: each.name,
              label: each.title ?? each.name,
            }))}
            onChange={setEnvironment}
          />
          <Choice
            label={t('filter.severity')}
            value={severity}
            options={(['page', 'ticket'] as const).map(value => ({
              value,
              label: t(`severity.${value}`),
            }))}
            onChange={value =>
              setSeverity(value === 'ticket' ? 'ticket' : 'page')
            }
          />
        </Box>
        <TextField
          fullWidth
          multiline
          minRows={3}
          label={t('incident.summary')}
          value={summary}
          onChange={event => setSummary(event.target.value)}
          inputProps={{ maxLength: 2000 }}
        />
      </Box>
    </ConfirmDialog>
  );
}

/** Closes an incident by hand. */
export function CloseIncidentDialog(props: {
  incident: Incident;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslationRef(auditTranslationRef);
  const api = useApi(changesApiRef);
  const { incident, onClose, onDone } = props;
  const [resolution, setResolution] = useState('');
  const { value } = usePolled(
    incident.id,
    signal => api.getIncident(incident.id, { signal }),
    { once: true },
  );
  return (
    <ConfirmDialog
      open
      title={t('incident.closeOf', { title: incident.title })}
      act={t('incident.closeAct')}
      disabledReason={
        value && !value.mayManage ? t('incident.notYours') : undefined
      }
      onClose={onClose}
      onConfirm={async () => {
        await api.closeIncident(incident.id, {
          ...(resolution.trim() && { resolution: resolution.trim() }),
        });
        onDone();
      }}
    >
      <Typography variant="body2" sx={{ mb: 2 }}>
        {t('incident.closeHelp')}
      </Typography>
      <TextField
        fullWidth
        multiline
        minRows={3}
        label={t('incident.resolution')}
        value={resolution}
        onChange={event => setResolution(event.target.value)}
        inputProps={{ maxLength: 2000 }}
      />
    </ConfirmDialog>
  );
}
