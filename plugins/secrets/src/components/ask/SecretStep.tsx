import Alert from '@mui/material/Alert';
import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormHelperText from '@mui/material/FormHelperText';
import FormLabel from '@mui/material/FormLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  DeclaredSecret,
  MOST_PATHS,
  SECRET_KINDS,
  SecretKind,
} from '@shopfloor/plugin-secrets-common';
import { Choice, ErrorPanel, useFormat, useNow } from '@shopfloor/ui';
import { ownerOf } from '../../core/askForm';
import { secretsTranslationRef } from '../../translation/translation';
import { entityName, localized } from '../../words';
import { ServiceField } from './ServiceField';
import { Step } from './Step';
import { AskForm } from './useAskForm';

const UNDECLARED = 'undeclared';
const DAY_MS = 86_400_000;

/** Which secret: one that its owner declared, or a path below the owner's prefix. */
export function SecretStep(props: { form: AskForm }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { form } = props;
  const { draft, choose, problemAt } = form;
  const owner = ownerOf(draft);
  const secretProblem = problemAt('secret');
  return (
    <Step
      number={2}
      title={t('form.what')}
      done={form.isRight('owner', 'secret', 'path')}
    >
      <ServiceField
        label={t('form.owner')}
        help={t('form.ownerHelp')}
        services={form.services}
        value={owner}
        problem={problemAt('owner')}
        onChange={next => choose({ owner: next, declared: '' })}
        onBlur={() => form.leave('owner')}
      />
      {form.entityError && (
        <ErrorPanel compact error={form.entityError} onRetry={form.retry} />
      )}
      {form.whyNot && (
        <Alert severity="warning" sx={{ mb: 1 }}>
          {form.whyNot}
        </Alert>
      )}
      <FormControl
        error={Boolean(secretProblem)}
        sx={{ display: 'flex', mb: 1 }}
      >
        <FormLabel id="secrets-which">
          {t('form.declared', { owner: entityName(owner) || '…' })}
        </FormLabel>
        <Typography variant="body2" color="text.secondary">
          {t('form.declaredHelp')}
        </Typography>
        {owner && form.entityKnown && form.declared.length === 0 && (
          <Typography variant="body2" sx={{ my: 1 }}>
            {t('form.noneDeclared', { owner: entityName(owner) })}{' '}
            {t('form.noneDeclaredHelp')}{' '}
            <Link
              to="/docs/default/component/shopfloor-docs/how-to/secrets"
              underline="always"
            >
              {t('form.howDeclared')}
            </Link>
          </Typography>
        )}
        <RadioGroup
          aria-labelledby="secrets-which"
          value={draft.undeclared ? UNDECLARED : draft.declared}
          onChange={(_, value) =>
            value === UNDECLARED
              ? choose({
                  undeclared: true,
                  declared: '',
                  access: [],
                  amount: '',
                })
              : choose({
                  undeclared: false,
                  declared: value,
                  access: [],
                  amount: '',
                })
          }
        >
          {form.declared.map(secret => (
            <DeclaredChoice
              key={secret.declaration.name}
              secret={secret}
              form={form}
            />
          ))}
          <FormControlLabel
            value={UNDECLARED}
            control={<Radio size="small" />}
            label={t('form.undeclared', { owner: entityName(owner) || '…' })}
          />
        </RadioGroup>
        {secretProblem && <FormHelperText>{secretProblem}</FormHelperText>}
      </FormControl>
      {draft.undeclared && <Undeclared form={form} owner={owner} />}
    </Step>
  );
}

function DeclaredChoice(props: { secret: DeclaredSecret; form: AskForm }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const format = useFormat();
  const now = useNow(60_000);
  const { secret, form } = props;
  const { declaration, metadata, link, longestGrantSeconds } = secret;
  const { kind, name, title, rotationDays } = declaration;
  const facts = [
    t(`kind.${kind}`),
    t(`class.${declaration.class}`),
    t('form.longest', {
      duration: format.duration(longestGrantSeconds * 1000),
    }),
    ...(rotationDays
      ? [
          t('form.rotates', {
            duration: format.duration(rotationDays * DAY_MS),
          }),
        ]
      : []),
    ...(metadata
      ? [
          t('form.versions', { count: metadata.versions.length }),
          t('form.changed', { when: format.relative(metadata.updatedAt, now) }),
        ]
      : []),
    // Only of a server that answers it is known that there is nothing.
    ...(!metadata && kind === 'kv'
      ? [
          form.vaultReady
            ? t('form.noMetadata')
            : t('form.metadataUnknown', { product: form.product }),
        ]
      : []),
  ];
  return (
    <Box sx={{ py: 0.5 }}>
      <FormControlLabel
        value={name}
        control={<Radio size="small" />}
        label={localized(title, format.locale)}
      />
      <Typography
        variant="body2"
        color="text.secondary"
        sx={{ pl: 3.5, overflowWrap: 'anywhere' }}
      >
        <code>{secret.reference.path}</code> · {facts.join(' · ')}
        {link && kind === 'kv' && (
          <>
            {' · '}
            <Link
              to={link}
              underline="always"
              aria-label={t('form.enterValueNamed', {
                name: localized(title, format.locale),
                product: form.product,
              })}
            >
              {t('form.enterValue', { product: form.product })}
            </Link>
          </>
        )}
      </Typography>
    </Box>
  );
}

function Undeclared(props: { form: AskForm; owner: string }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { form, owner } = props;
  const { draft, choose } = form;
  let label: string = t('form.key');
  if (draft.kind === 'kv') {
    label = t('form.path', { prefix: `${entityName(owner) || '…'}/` });
  } else if (draft.kind !== 'transit') {
    label = t('form.role');
  }
  return (
    <Box sx={{ pl: { sm: 3.5 } }}>
      <Alert severity="info" sx={{ mb: 2 }}>
        {t('form.undeclaredHelp', { product: form.product })}
      </Alert>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2 }}>
        <Choice
          label={t('form.kind')}
          value={draft.kind}
          options={SECRET_KINDS.map(value => ({
            value,
            label: t(`kind.${value}`),
          }))}
          onChange={value => choose({ kind: value as SecretKind, access: [] })}
        />
        <PathField label={label} form={form} />
      </Box>
    </Box>
  );
}

/** A path may be chosen among those that are known to be there, or typed. */
function PathField(props: { label: string; form: AskForm }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const format = useFormat();
  const now = useNow(60_000);
  const { label, form } = props;
  const { draft, choose, leave, problemAt } = form;
  const problem = problemAt('path');
  const paths = (draft.kind === 'kv' && form.paths) || [];
  const typed = draft.path.trim();
  const isNew =
    draft.kind === 'kv' &&
    form.paths !== undefined &&
    // Of more it is not known what else there is.
    paths.length < MOST_PATHS &&
    typed !== '' &&
    form.isRight('path') &&
    !paths.some(({ path }) => path === typed);
  const factsOf = (name: string) => {
    const found = paths.find(({ path }) => path === name);
    return found
      ? [
          t('form.versions', { count: found.versions.length }),
          t('form.changed', { when: format.relative(found.updatedAt, now) }),
        ].join(' · ')
      : '';
  };
  return (
    <Autocomplete
      freeSolo
      disableClearable
      size="small"
      options={paths.map(({ path }) => path)}
      value={draft.path}
      inputValue={draft.path}
      onInputChange={(_, path) => {
        if (path !== draft.path) {
          choose({ path });
        }
      }}
      onBlur={() => leave('path')}
      renderOption={({ key, ...option }, name) => (
        <li key={key} {...option}>
          <Box sx={{ overflowWrap: 'anywhere' }}>
            <code>{name}</code>
            <Typography variant="body2" color="text.secondary">
              {factsOf(name)}
            </Typography>
          </Box>
        </li>
      )}
      renderInput={params => (
        <TextField
          {...params}
          required
          label={label}
          error={Boolean(problem)}
          helperText={
            problem ?? (isNew ? t('form.pathNew') : t('form.pathHelp'))
          }
          inputProps={{
            ...params.inputProps,
            maxLength: 500,
            spellCheck: false,
          }}
        />
      )}
      sx={{ flexGrow: 1, minWidth: 220, maxWidth: 480 }}
    />
  );
}
