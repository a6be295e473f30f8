import { useState } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { FINAL_STATES, Grant } from '@shopfloor/plugin-secrets-common';
import {
  ObservedAt,
  Panel,
  rowHeaderSx,
  StateBadge,
  StateIcon,
} from '@shopfloor/ui';
import { secretsTranslationRef } from '../../translation/translation';
import { useAct } from './useAct';

/** What the job under the service account found, beside what was expected. */
export function ProofPanel(props: {
  grant: Grant;
  onDone: (grant: Grant) => void;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { act, working } = useAct(props.onDone);
  const [problem, setProblem] = useState<string>();
  const { grant } = props;
  const proof = grant.lastProof;
  const prove = async () => {
    setProblem(undefined);
    try {
      await act((api, options) => api.prove({ id: grant.id }, options));
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <Panel
      spaced
      title={t('proof.title')}
      help={t('proof.help')}
      aside={
        grant.may.prove && (
          <Button size="small" disabled={working} onClick={prove}>
            {t('proof.again')}
          </Button>
        )
      }
    >
      {problem && (
        <Alert severity="error" sx={{ mb: 1 }}>
          {problem}
        </Alert>
      )}
      {proof ? (
        <ProofTable proof={proof} over={FINAL_STATES.includes(grant.state)} />
      ) : (
        <Typography
          variant="body2"
          sx={{ display: 'flex', alignItems: 'center', gap: 0.5 }}
        >
          <StateIcon state="unknown" size={16} />
          {t('proof.none')}
        </Typography>
      )}
    </Panel>
  );
}

function ProofTable(props: {
  proof: NonNullable<Grant['lastProof']>;
  /** The grant has ended: that nothing is allowed is what was proven. */
  over: boolean;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { proof, over } = props;
  const { results, held, job, at } = proof;
  const asExpected = (result: (typeof results)[number]) =>
    result.expected === result.found;
  const broken = results.filter(result => !asExpected(result));
  // What is not as it should be stands first.
  const sorted = [...broken, ...results.filter(asExpected)];
  return (
    <>
      <Box
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          alignItems: 'center',
          gap: 1,
          mb: 1,
        }}
      >
        <StateBadge
          state={held ? 'ok' : 'failing'}
          label={
            held
              ? t(over ? 'proof.gone' : 'proof.held')
              : t('proof.broken', {
                  broken: String(broken.length),
                  total: String(results.length),
                })
          }
        />
        <ObservedAt
          observedAt={at}
          source={
            job && t('proof.job', { job: job.name, namespace: job.namespace })
          }
        />
      </Box>
      <Box
        sx={{ overflowX: 'auto' }}
        tabIndex={0}
        role="group"
        aria-label={t('proof.title')}
      >
        <Table size="small" aria-label={t('proof.title')}>
          <TableHead>
            <TableRow>
              {(
                ['path', 'capability', 'expected', 'found', 'verdict'] as const
              ).map(column => (
                <TableCell key={column}>{t(`proof.${column}`)}</TableCell>
              ))}
            </TableRow>
          </TableHead>
          <TableBody>
            {sorted.map(result => {
              const { path, capability, expected, found } = result;
              const right = asExpected(result);
              return (
                <TableRow key={`${path} ${capability}`}>
                  <TableCell
                    component="th"
                    scope="row"
                    sx={{
                      ...rowHeaderSx,
                      minWidth: 200,
                      overflowWrap: 'anywhere',
                    }}
                  >
                    <code>{path}</code>
                  </TableCell>
                  <TableCell>{capability}</TableCell>
                  <TableCell>{t(`proof.${expected}`)}</TableCell>
                  <TableCell>{t(`proof.${found}`)}</TableCell>
                  <TableCell sx={{ whiteSpace: 'nowrap' }}>
                    <Box
                      component="span"
                      sx={{
                        display: 'inline-flex',
                        alignItems: 'center',
                        gap: 0.5,
                      }}
                    >
                      <StateIcon state={right ? 'ok' : 'failing'} size={16} />
                      {t(right ? 'proof.asExpected' : 'proof.notExpected')}
                    </Box>
                  </TableCell>
                </TableRow>
              );
            })}
          </TableBody>
        </Table>
      </Box>
    </>
  );
}
