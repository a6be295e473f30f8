import { ReactNode } from 'react';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { DiffAffected, DiffField } from '@shopfloor/plugin-approvals-common';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import {
  CapabilityLine,
  LintFinding,
  Reader,
} from '@shopfloor/plugin-secrets-common';
import { rowHeaderSx, StateIcon, useFormat } from '@shopfloor/ui';
import { secretsTranslationRef } from '../../translation/translation';
import { entityHref, grantHref, localized } from '../../words';

/** A part of a preview with its heading. */
export function Part(props: { title: string; children: ReactNode }) {
  return (
    <Box component="section" sx={{ mb: 2, minWidth: 0 }}>
      <Typography
        component="h3"
        sx={{ fontSize: '0.875rem', fontWeight: 600, mb: 0.5 }}
      >
        {props.title}
      </Typography>
      {props.children}
    </Box>
  );
}

/** Short texts as a list. */
export function Bullets(props: { items: ReactNode[] }) {
  return (
    <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
      {props.items.map((item, index) => (
        <Typography
          key={index}
          component="li"
          variant="body2"
          sx={{ overflowWrap: 'anywhere' }}
        >
          {item}
        </Typography>
      ))}
    </Box>
  );
}

/** What the check for least privilege found, errors first; severity is a word and an icon. */
export function LintList(props: { findings: LintFinding[] }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { locale } = useFormat();
  const { findings } = props;
  if (findings.length === 0) {
    return (
      <Typography
        variant="body2"
        sx={{ display: 'flex', alignItems: 'center', gap: 0.5 }}
      >
        <StateIcon state="ok" size={16} />
        {t('preview.lintNone')}
      </Typography>
    );
  }
  const sorted = [
    ...findings.filter(({ severity }) => severity === 'error'),
    ...findings.filter(({ severity }) => severity !== 'error'),
  ];
  return (
    <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
      {sorted.map(({ code, severity, words }, index) => (
        <Typography
          key={`${code} ${index}`}
          component="li"
          variant="body2"
          sx={{ display: 'flex', alignItems: 'flex-start', gap: 0.5 }}
        >
          <StateIcon
            state={severity === 'error' ? 'failing' : 'at-risk'}
            size={16}
          />
          <span>
            <strong>{t(`preview.${severity}`)}:</strong>{' '}
            {localized(words, locale)}
          </span>
        </Typography>
      ))}
    </Box>
  );
}

/** Who else can read a path; without `readers` that is not known, which is not nobody. */
export function ReaderList(props: {
  readers: Reader[] | undefined;
  product: string;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { readers, product } = props;
  if (!readers) {
    return (
      <Typography
        variant="body2"
        sx={{ display: 'flex', alignItems: 'center', gap: 0.5 }}
      >
        <StateIcon state="unknown" size={16} />
        {t('preview.readersUnknown', { product })}
      </Typography>
    );
  }
  if (readers.length === 0) {
    return <Typography variant="body2">{t('preview.readersNone')}</Typography>;
  }
  return (
    <Bullets
      items={readers.map(({ policy, roles, capabilities, grant }) => {
        const whom = roles.map(({ boundTo }) => boundTo).join(', ') || policy;
        const what = capabilities.join(', ');
        return grant ? (
          <>
            <Link to={grantHref(grant)} underline="always">
              {whom}
            </Link>{' '}
            ({what})
          </>
        ) : (
          `${whom} (${what})`
        );
      })}
    />
  );
}

/** Who would feel it. */
export function AffectedList(props: { affected: DiffAffected[] }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { locale } = useFormat();
  if (props.affected.length === 0) {
    return <Typography variant="body2">{t('preview.affectedNone')}</Typography>;
  }
  return (
    <Bullets
      items={props.affected.map(({ text, entityRef }) =>
        entityRef ? (
          <Link to={entityHref(entityRef)}>{localized(text, locale)}</Link>
        ) : (
          localized(text, locale)
        ),
      )}
    />
  );
}

/** Fields before and after. */
export function FieldTable(props: { title: string; fields: DiffField[] }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { locale } = useFormat();
  return (
    <Box
      sx={{ overflowX: 'auto' }}
      tabIndex={0}
      role="group"
      aria-label={props.title}
    >
      <Table size="small" aria-label={props.title}>
        <TableHead>
          <TableRow>
            {(['field', 'before', 'after'] as const).map(column => (
              <TableCell key={column}>{t(`preview.${column}`)}</TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {props.fields.map(({ label, before, after }, index) => (
            <TableRow key={index}>
              <TableCell component="th" scope="row" sx={rowHeaderSx}>
                {localized(label, locale)}
              </TableCell>
              {[before, after].map((value, side) => (
                <TableCell
                  key={side}
                  sx={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}
                >
                  {value ?? t('preview.absent')}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}

/** Paths and what may be done there, as Vault names it. */
export function AllowsTable(props: { lines: CapabilityLine[] }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const title = t('grant.allows');
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
            <TableCell>{t('grant.path')}</TableCell>
            <TableCell>{t('grant.capabilities')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {props.lines.map(({ path, capabilities }) => (
            <TableRow key={path}>
              <TableCell
                component="th"
                scope="row"
                sx={{ ...rowHeaderSx, overflowWrap: 'anywhere' }}
              >
                <code>{path}</code>
              </TableCell>
              <TableCell>{capabilities.join(', ')}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}
