import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { SubjectDiff } from '@shopfloor/plugin-approvals-common';
import { LineDiff, rowHeaderSx, useFormat } from '@shopfloor/ui';
import { ReactNode } from 'react';
import { approvalsTranslationRef } from '../translation/translation';
import { entityHref, localized } from '../words';

/** All that is decided about: in words, as fields and as texts, whole. */
export function SubjectDiffView(props: { diff: SubjectDiff }) {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const { locale } = useFormat();
  const { words, fields, texts, affected, undo } = props.diff;
  return (
    <>
      <Part title={t('diff.words')}>
        <List items={words.map(text => localized(text, locale))} />
      </Part>
      {fields.length > 0 && (
        <Part title={t('diff.fields')}>
          <Box sx={{ overflowX: 'auto' }}>
            <Table size="small" aria-label={t('diff.fields')}>
              <TableHead>
                <TableRow>
                  {(['field', 'before', 'after'] as const).map(column => (
                    <TableCell key={column}>{t(`diff.${column}`)}</TableCell>
                  ))}
                </TableRow>
              </TableHead>
              <TableBody>
                {fields.map(({ label, before, after }, index) => (
                  <TableRow key={index}>
                    <TableCell component="th" scope="row" sx={rowHeaderSx}>
                      {localized(label, locale)}
                    </TableCell>
                    {[before, after].map((value, side) => (
                      <TableCell
                        key={side}
                        sx={{
                          overflowWrap: 'anywhere',
                          whiteSpace: 'pre-wrap',
                        }}
                      >
                        {value ?? t('diff.none')}
                      </TableCell>
                    ))}
                  </TableRow>
                ))}
              </TableBody>
            </Table>
          </Box>
        </Part>
      )}
      {texts.map(({ name, before, after }) => (
        <Part key={name} title={t('diff.text', { name })}>
          <LineDiff
            label={t('diff.text', { name })}
            before={before}
            after={after}
          />
        </Part>
      ))}
      {affected.length > 0 && (
        <Part title={t('diff.affected')}>
          <List
            items={affected.map(({ text, entityRef }) =>
              entityRef ? (
                <Link to={entityHref(entityRef)}>
                  {localized(text, locale)}
                </Link>
              ) : (
                localized(text, locale)
              ),
            )}
          />
        </Part>
      )}
      {undo && (
        <Part title={t('diff.undo')}>
          <Typography variant="body2">{localized(undo, locale)}</Typography>
        </Part>
      )}
    </>
  );
}

function Part(props: { title: string; children: ReactNode }) {
  return (
    <Box sx={{ mb: 2 }}>
      <Typography component="h3" sx={{ fontSize: '0.875rem', fontWeight: 600 }}>
        {props.title}
      </Typography>
      {props.children}
    </Box>
  );
}

function List(props: { items: ReactNode[] }) {
  return (
    <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
      {props.items.map((item, index) => (
        <Typography key={index} component="li" variant="body2">
          {item}
        </Typography>
      ))}
    </Box>
  );
}
