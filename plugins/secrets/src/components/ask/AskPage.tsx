import { useEffect, useRef, useState } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  GrantRequest,
  Preview,
  SECRET_KINDS,
} from '@shopfloor/plugin-secrets-common';
import { useIdempotencyKey } from '@shopfloor/ui';
import { useNavigate, useSearchParams } from 'react-router-dom';
import { secretsApiRef } from '../../api';
import { AskDraft } from '../../core/askForm';
import { serverProblems } from '../../core/serverProblems';
import { useSettled } from '../../hooks/useSettled';
import { secretsTranslationRef } from '../../translation/translation';
import { accessWords, grantHref, refusalWords, secretName } from '../../words';
import { VaultNotices } from '../VaultNotices';
import { DeliveryStep } from './DeliveryStep';
import { PreviewPanel } from './PreviewPanel';
import { SecretStep } from './SecretStep';
import { TermsStep } from './TermsStep';
import { AskForm, useAskForm } from './useAskForm';
import { WhoStep } from './WhoStep';
import { useAsked } from '../../hooks/useAsked';

/** A person stops typing for this long before the preview is asked for. */
const SETTLE_MS = 400;

/** What a link gives: service, owner, environment, and the name of a declared secret or kind and path of another. */
function useKnown(): Partial<AskDraft> {
  const [query] = useSearchParams();
  const known: Partial<AskDraft> = {};
  for (const [key, field] of [
    ['service', 'service'],
    ['owner', 'owner'],
    ['environment', 'environment'],
    ['secret', 'declared'],
  ] as const) {
    const value = query.get(key);
    if (value) {
      known[field] = value;
    }
  }
  if (known.declared) {
    return { ...known, undeclared: false, access: [], amount: '' };
  }
  const path = query.get('path');
  const kind = SECRET_KINDS.find(each => each === query.get('kind'));
  return path && kind
    ? { ...known, undeclared: true, declared: '', kind, path }
    : known;
}

/** A form in four steps, with what it would do beside it. No value of a secret is typed here. */
export function AskPage() {
  const { t } = useTranslationRef(secretsTranslationRef);
  const known = useKnown();
  const form = useAskForm(known);
  const preview = usePreview(form);
  const { problem } = preview;
  const { refuse } = form;
  // What the server says of a field while it is previewed stands at the field.
  useEffect(() => {
    if (problem && Object.keys(serverProblems(problem).fields).length > 0) {
      refuse(problem);
    }
  }, [problem, refuse]);
  return (
    <>
      <Box sx={{ mb: 1 }}>
        <Link to="/secrets">{t('form.back')}</Link>
      </Box>
      <Typography component="h1" sx={{ fontSize: '1.25rem', fontWeight: 600 }}>
        {t('form.title')}
      </Typography>
      <Typography variant="body2" color="text.secondary" sx={{ mb: 2 }}>
        {t('noValues', { product: form.product })} {t('form.draft')}
      </Typography>
      {form.vaults.value && form.draft.environment && (
        <VaultNotices
          environments={form.vaults.value}
          only={form.draft.environment}
        />
      )}
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          gridTemplateColumns: {
            xs: 'minmax(0, 1fr)',
            md: 'minmax(0, 1fr) minmax(0, 1fr)',
          },
          alignItems: 'start',
        }}
      >
        <Box component="form" noValidate onSubmit={e => e.preventDefault()}>
          <WhoStep form={form} />
          <SecretStep form={form} />
          <TermsStep form={form} />
          {form.draft.forWhom === 'service' && <DeliveryStep form={form} />}
          {/* Another request is another act, with a key of its own. */}
          <Submit
            key={JSON.stringify(form.request)}
            form={form}
            preview={preview}
          />
        </Box>
        <Box sx={{ position: { md: 'sticky' }, top: { md: 16 } }}>
          <PreviewPanel
            preview={preview.value}
            problem={preview.problem}
            loading={Boolean(form.request)}
            outdated={Boolean(preview.value) && !preview.current}
            stillNeeded={form.stillNeeded}
            product={form.product}
          />
        </Box>
      </Box>
    </>
  );
}

/** What the preview is of, and whether that is what stands in the form now. */
interface FormPreview {
  value?: Preview;
  current: boolean;
  problem?: string;
}

function usePreview(form: AskForm): FormPreview {
  const api = useApi(secretsApiRef);
  const key = form.request ? JSON.stringify(form.request) : '';
  const settled = useSettled(key, SETTLE_MS);
  const asked = useAsked(settled, async signal =>
    settled
      ? api.preview(JSON.parse(settled) as GrantRequest, { signal })
      : null,
  );
  const last = useRef<Preview>();
  const value = asked.value ?? undefined;
  if (value) {
    last.current = value;
  }
  return {
    // While a newer one is being made the one before stays.
    value: value ?? (key && !asked.error ? last.current : undefined),
    current: Boolean(value) && settled === key,
    problem: settled ? asked.error?.message : undefined,
  };
}

function Submit(props: { form: AskForm; preview: FormPreview }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const api = useApi(secretsApiRef);
  const navigate = useNavigate();
  const { run } = useIdempotencyKey();
  const [working, setWorking] = useState(false);
  const { form, preview } = props;
  const { request } = form;
  const shown = preview.current ? preview.value : undefined;
  const lintErrors = shown?.lint.some(({ severity }) => severity === 'error');

  const ask = async () => {
    if (!request || !shown) {
      form.leave(...form.fieldsNotRight);
      return;
    }
    setWorking(true);
    try {
      const { contentHash } = shown;
      const grant = await run(idempotencyKey =>
        api.ask({ request, contentHash }, { idempotencyKey }),
      );
      navigate(grantHref(grant.id));
      form.clear();
    } catch (error) {
      form.refuse(refusalWords(error, t));
    } finally {
      setWorking(false);
    }
  };
  const blocked =
    working || Boolean(form.whyNot) || lintErrors || shown?.mayAsk === false;
  return (
    <Box sx={{ mb: 2 }}>
      {form.refusedAtFields && (
        <Alert severity="error" sx={{ mb: 1 }}>
          {t('form.refusedByServer')}
        </Alert>
      )}
      {form.otherRefusal && (
        <Alert severity="error" sx={{ mb: 1 }}>
          {t('form.problem')}: {form.otherRefusal}
        </Alert>
      )}
      {lintErrors && (
        <Alert severity="error" sx={{ mb: 1 }}>
          {t('form.confirmLint')}
        </Alert>
      )}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
        <Button
          variant="contained"
          disabled={blocked || Boolean(request && !shown)}
          onClick={ask}
        >
          {working && t('form.sending')}
          {!working && request && shown
            ? t('form.submit', {
                access: accessWords(request.access, t),
                secret: secretName(request.secret),
                environment: form.environment?.title ?? request.environment,
              })
            : !working && t('form.submitShort')}
        </Button>
        <Button disabled={working} onClick={form.clear}>
          {t('form.discard')}
        </Button>
      </Box>
    </Box>
  );
}
