import { useState } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  ApprovalEvent,
  RequestDetail,
} from '@shopfloor/plugin-approvals-common';
import { Panel, useFormat, useNow } from '@shopfloor/ui';
import { approvalsApiRef } from '../api';
import { approvalsTranslationRef } from '../translation/translation';
import { ApprovalsWords, entityName, localized, refusalWords } from '../words';
import { useDraft } from './useDraft';

/** What happened and what was said, oldest first, and a way to say more. */
export function Discussion(props: {
  detail: RequestDetail;
  onDone: (detail: RequestDetail) => void;
}) {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const api = useApi(approvalsApiRef);
  const { detail, onDone } = props;
  const { request, history, acts } = detail;
  const { text, write, clear } = useDraft(`comment.${request.id}`);
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<string>();
  const send = async () => {
    setWorking(true);
    setProblem(undefined);
    try {
      const done = await api.comment({ id: request.id, text: text.trim() });
      clear();
      onDone(done);
    } catch (error) {
      setProblem(refusalWords(error as Error, t));
    } finally {
      setWorking(false);
    }
  };
  return (
    <Panel spaced title={t('talk.title')}>
      {history.length === 0 && (
        <Typography variant="body2">{t('talk.none')}</Typography>
      )}
      <Box component="ol" sx={{ m: 0, p: 0, listStyle: 'none' }}>
        {history.map((event, index) => (
          <Entry key={index} event={event} detail={detail} />
        ))}
      </Box>
      {acts.comment && (
        <>
          <TextField
            fullWidth
            multiline
            margin="dense"
            label={t('talk.comment')}
            value={text}
            onChange={event => write(event.target.value)}
            inputProps={{ maxLength: 4000 }}
          />
          {problem && <Alert severity="error">{problem}</Alert>}
          <Button
            size="small"
            variant="outlined"
            disabled={working || !text.trim()}
            onClick={send}
          >
            {t('talk.send')}
          </Button>
        </>
      )}
    </Panel>
  );
}

function Entry(props: { event: ApprovalEvent; detail: RequestDetail }) {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const format = useFormat();
  const now = useNow(30_000);
  const { event, detail } = props;
  const said = saidIn(event);
  return (
    <Box component="li" sx={{ py: 0.5 }}>
      <Typography variant="body2">
        {happened(event, detail, t, format.locale)}{' '}
        <Typography
          component="span"
          variant="body2"
          color="text.secondary"
          title={format.moment(event.at)}
        >
          {format.relative(event.at, now)}
        </Typography>
      </Typography>
      {said && (
        <Typography
          variant="body2"
          sx={{ pl: 2, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
        >
          “{said}”
        </Typography>
      )}
    </Box>
  );
}

function happened(
  event: ApprovalEvent,
  { request }: RequestDetail,
  t: ApprovalsWords,
  locale: string,
): string {
  if (event.type === 'opened') {
    return '';
  }
  const stage =
    'stage' in event
      ? localized(request.policy.stages[event.stage].title, locale)
      : '';
  const by = 'decision' in event ? event.decision.by : undefined;
  const who = entityName(by ?? ('by' in event ? event.by : ''));
  const reason =
    event.type === 'auto-approved' ? localized(event.reason, locale) : '';
  return t(`talk.event.${event.type}`, { stage, who, reason } as never);
}

function saidIn(event: ApprovalEvent): string | undefined {
  switch (event.type) {
    case 'commented':
      return event.text;
    case 'approval-given':
    case 'denial-given':
      return event.decision.comment;
    case 'reviewed':
      return event.comment;
    case 'glass-broken':
    case 'withdrawn':
      return event.reason;
    default:
      return undefined;
  }
}
