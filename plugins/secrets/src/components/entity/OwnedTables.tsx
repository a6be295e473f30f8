import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  DeclaredSecret,
  EntitySecrets,
  SecretMetadata,
} from '@shopfloor/plugin-secrets-common';
import {
  linkTargetsSx,
  moveAcrossRows,
  rowHeaderSx,
  StateBadge,
  useFormat,
  useNow,
} from '@shopfloor/ui';
import { secretsTranslationRef } from '../../translation/translation';
import { askHref, localized } from '../../words';

const DAY_MS = 86_400_000;

/** Secrets that a service declares, with what is known of their values: versions and times. */
export function DeclaredTable(props: {
  found: EntitySecrets;
  product: string;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { found, product } = props;
  const title = t('entity.declared');
  return (
    <Box
      sx={{ overflowX: 'auto' }}
      tabIndex={0}
      role="group"
      aria-label={title}
    >
      <Table size="small" aria-label={title}>
        <TableHead>
          <TableRow>
            {(['secret', 'class', 'rotation', 'changed', 'act'] as const).map(
              column => (
                <TableCell key={column}>
                  {t(`entity.column.${column}`)}
                </TableCell>
              ),
            )}
          </TableRow>
        </TableHead>
        <TableBody onKeyDown={moveAcrossRows}>
          {found.declared.map(secret => (
            <DeclaredRow
              key={secret.declaration.name}
              secret={secret}
              found={found}
              product={product}
            />
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}

function DeclaredRow(props: {
  secret: DeclaredSecret;
  found: EntitySecrets;
  product: string;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const format = useFormat();
  const now = useNow(60_000);
  const { secret, found, product } = props;
  const { declaration, metadata, rotationDueAt, link, reference } = secret;
  const name = localized(declaration.title, format.locale);
  const overdue = rotationDueAt && Date.parse(rotationDueAt) <= now;
  return (
    <TableRow>
      <TableCell
        component="th"
        scope="row"
        sx={{ ...rowHeaderSx, minWidth: 180 }}
      >
        {name}
        <Typography
          variant="body2"
          color="text.secondary"
          sx={{ overflowWrap: 'anywhere' }}
        >
          {t(`kind.${declaration.kind}`)} · <code>{reference.path}</code>
        </Typography>
      </TableCell>
      <TableCell>
        {t(`class.${declaration.class}`)}
        <Typography variant="body2" color="text.secondary">
          {t('form.longest', {
            duration: format.duration(secret.longestGrantSeconds * 1000),
          })}
        </Typography>
      </TableCell>
      <TableCell>
        {declaration.rotationDays
          ? format.duration(declaration.rotationDays * DAY_MS)
          : '–'}
        {rotationDueAt && (
          <Box>
            <StateBadge
              state={overdue ? 'at-risk' : 'ok'}
              label={t(
                overdue ? 'entity.rotationOverdue' : 'entity.rotationDue',
                { when: format.relative(rotationDueAt, now) },
              )}
            />
          </Box>
        )}
      </TableCell>
      <TableCell>
        {metadata
          ? `${format.relative(metadata.updatedAt, now)}, ${t('form.versions', { count: metadata.versions.length })}`
          : '–'}
      </TableCell>
      <TableCell sx={linkTargetsSx}>
        {link && (
          <Link
            to={link}
            aria-label={
              reference.kind === 'kv'
                ? t('entity.enterNamed', { name, product })
                : `${t('grant.openVault', { product })}: ${name}`
            }
          >
            {reference.kind === 'kv'
              ? t('entity.enter')
              : t('grant.openVault', { product })}
          </Link>
        )}
        {found.mayAsk && (
          <Box>
            <Link
              to={askHref({
                service: found.entityRef,
                owner: found.entityRef,
                environment: found.environment,
                secret: declaration.name,
              })}
              aria-label={t('entity.askNamed', { name })}
            >
              {t('entity.ask')}
            </Link>
          </Box>
        )}
      </TableCell>
    </TableRow>
  );
}

/** Paths below the prefix of a service: versions and times, never values. */
export function MetadataTable(props: {
  paths: SecretMetadata[];
  product: string;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const format = useFormat();
  const now = useNow(60_000);
  const title = t('entity.metadata', { product: props.product });
  return (
    <Box
      sx={{ overflowX: 'auto' }}
      tabIndex={0}
      role="group"
      aria-label={title}
    >
      <Table size="small" aria-label={title}>
        <TableHead>
          <TableRow>
            {(['path', 'versions', 'changed'] as const).map(column => (
              <TableCell key={column}>{t(`entity.column.${column}`)}</TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {props.paths.map(({ path, currentVersion, versions, updatedAt }) => (
            <TableRow key={path}>
              <TableCell
                component="th"
                scope="row"
                sx={{ ...rowHeaderSx, overflowWrap: 'anywhere' }}
              >
                <code>{path}</code>
              </TableCell>
              <TableCell>
                {currentVersion > 0
                  ? t('form.versions', { count: versions.length })
                  : t('entity.noValue')}
              </TableCell>
              <TableCell>
                <time dateTime={updatedAt}>
                  {format.relative(updatedAt, now)}
                </time>
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}
