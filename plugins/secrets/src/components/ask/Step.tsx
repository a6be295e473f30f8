import { ReactNode } from 'react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Panel } from '@shopfloor/ui';
import Typography from '@mui/material/Typography';
import { secretsTranslationRef } from '../../translation/translation';

/** One step of the form: numbered, and it says whether it is filled in. */
export function Step(props: {
  number: number;
  title: string;
  done: boolean;
  children: ReactNode;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { number, title, done, children } = props;
  return (
    <Panel
      spaced
      title={`${number}. ${title}`}
      aside={
        <Typography variant="body2" color="text.secondary">
          {t(done ? 'form.done' : 'form.open')}
        </Typography>
      }
    >
      {children}
    </Panel>
  );
}
