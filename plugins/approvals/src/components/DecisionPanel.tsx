import { useState } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { RequestDetail } from '@shopfloor/plugin-approvals-common';
import { Choice, Panel, useFormat } from '@shopfloor/ui';
import { approvalsApiRef } from '../api';
import { approvalsTranslationRef } from '../translation/translation';
import { entityName, localized, refusalWords } from '../words';
import { useDraft } from './useDraft';

/** Approves or denies what stands above, with a comment; or says why the reader cannot, and who can. */
export function DecisionPanel(props: {
  detail: RequestDetail;
  onDone: (detail: RequestDetail) => void;
}) {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const { locale } = useFormat();
  const api = useApi(approvalsApiRef);
  const { request, acts } = props.detail;
  const [chosen, setChosen] = useState<string>();
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<string>();
  const { text, write, clear } = useDraft(`decide.${request.id}`);
  const open = request.stages[request.stage];

  if (acts.decide.length === 0) {
    const others = open.approvers.map(entityName).join(', ');
    return (
      <Panel spaced title={t('decide.title')}>
        <Typography variant="body2">
          {t('decide.whyNot', {
            reason: t(`refusal.${acts.whyNotDecide ?? 'wrong-state'}`),
          })}{' '}
          {t('decide.ask', { who: others })}
        </Typography>
      </Panel>
    );
  }
  const capacity =
    acts.decide.find(({ principal }) => principal === chosen) ?? acts.decide[0];
  const title = localized(request.subject.title, locale);
  const decide = async (act: 'approve' | 'deny') => {
    const comment = text.trim();
    if (act === 'deny' && !comment) {
      setProblem(t('decide.commentMissing'));
      return;
    }
    setWorking(true);
    setProblem(undefined);
    try {
      const done = await api[act]({
        id: request.id,
        stage: open.name,
        contentHash: request.subject.contentHash,
        ...(capacity.delegationId && { actingFor: capacity.principal }),
        ...(comment && { comment }),
      });
      clear();
      props.onDone(done);
    } catch (error) {
      setProblem(refusalWords(error as Error, t));
    } finally {
      setWorking(false);
    }
  };
  return (
    <Panel spaced title={t('decide.title')}>
      {(acts.decide.length > 1 || capacity.delegationId) && (
        <Box sx={{ my: 1 }}>
          <Choice
            label={t('decide.as')}
            value={capacity.principal}
            options={acts.decide.map(({ principal, delegationId }) => ({
              value: principal,
              label: delegationId
                ? t('decide.inPlaceOf', { who: entityName(principal) })
                : t('decide.asMyself'),
            }))}
            onChange={setChosen}
          />
        </Box>
      )}
      <TextField
        fullWidth
        multiline
        minRows={2}
        margin="dense"
        label={t('decide.comment')}
        helperText={t('decide.commentHelp')}
        value={text}
        onChange={event => write(event.target.value)}
        inputProps={{ maxLength: 4000 }}
      />
      {problem && (
        <Alert severity="error" sx={{ my: 1 }}>
          {problem}
        </Alert>
      )}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mt: 1 }}>
        <Button
          variant="contained"
          disabled={working}
          onClick={() => decide('approve')}
          aria-label={t('decide.approve', { title })}
        >
          {t('decide.approveShort')}
        </Button>
        <Button
          variant="outlined"
          color="error"
          disabled={working}
          onClick={() => decide('deny')}
          aria-label={t('decide.deny', { title })}
        >
          {t('decide.denyShort')}
        </Button>
      </Box>
    </Panel>
  );
}
