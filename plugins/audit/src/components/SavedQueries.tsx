import { useEffect, useRef, useState } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Link as RouterLink } from 'react-router-dom';
import { auditTranslationRef } from '../translation/translation';
import { MAX_SAVED, useSavedQueries } from './useSavedQueries';
import { TrailFilters } from './useTrailFilters';

/** The person's own searches by name; each is a link, so it can be sent to somebody else. */
export function SavedQueries(props: { filters: TrailFilters }) {
  const { t } = useTranslationRef(auditTranslationRef);
  const { search } = props.filters;
  const { queries, save, remove } = useSavedQueries();
  const [name, setName] = useState('');
  const [naming, setNaming] = useState(false);
  const [failure, setFailure] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (naming) {
      field.current?.focus();
    }
  }, [naming]);
  const wanted = name.trim();
  const full =
    queries.length >= MAX_SAVED && !queries.some(each => each.name === wanted);

  const attempt = async (act: () => Promise<void>) => {
    setFailure(undefined);
    try {
      await act();
      setNaming(false);
      setName('');
    } catch (error) {
      setFailure((error as Error).message);
    }
  };

  return (
    <Box component="section" aria-label={t('saved.title')} sx={{ mb: 2 }}>
      <Box
        sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}
      >
        <Typography variant="body2" color="text.secondary">
          {queries.length > 0 ? t('saved.title') : t('saved.empty')}
        </Typography>
        {queries.map(query => (
          <Chip
            key={query.name}
            size="small"
            clickable
            component={RouterLink}
            to={{ search: query.search }}
            label={query.name}
            aria-current={query.search === search ? 'true' : undefined}
            color={query.search === search ? 'primary' : 'default'}
          />
        ))}
        {!naming && (
          <Button size="small" onClick={() => setNaming(true)}>
            {t('saved.save')}
          </Button>
        )}
      </Box>
      {naming && (
        <Box
          component="form"
          onSubmit={event => {
            event.preventDefault();
            if (wanted && !full) {
              attempt(() => save({ name: wanted, search }));
            }
          }}
          sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mt: 1 }}
        >
          <TextField
            size="small"
            inputRef={field}
            label={t('saved.name')}
            value={name}
            error={full}
            helperText={
              full ? t('saved.full', { max: String(MAX_SAVED) }) : undefined
            }
            onChange={event => setName(event.target.value)}
            onKeyDown={event => event.key === 'Escape' && setNaming(false)}
            inputProps={{ maxLength: 80 }}
          />
          <Button
            type="submit"
            size="small"
            variant="contained"
            disabled={!wanted || full}
          >
            {t('saved.confirm')}
          </Button>
          <Button size="small" onClick={() => setNaming(false)}>
            {t('saved.cancel')}
          </Button>
          {queries
            .filter(query => query.search === search)
            .map(query => (
              <Button
                key={query.name}
                size="small"
                color="error"
                onClick={() => attempt(() => remove(query.name))}
              >
                {t('saved.remove', { name: query.name })}
              </Button>
            ))}
        </Box>
      )}
      {failure && (
        <Alert severity="error" sx={{ mt: 1 }}>
          {t('saved.failed', { message: failure })}
        </Alert>
      )}
    </Box>
  );
}
