import { useCallback, useEffect, useRef, useState } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import CircularProgress from '@mui/material/CircularProgress';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { UserIdentity } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { SignInPageProps } from '@backstage/plugin-app-react';
import { appTranslationRef } from '../../translation/translation';
import { Logo } from '../nav/Logo';
import { oidcAuthApiRef } from './oidcAuthApi';

type Phase = 'restoring' | 'signed-out' | 'signing-in';

/** Restores the session if there is one, else asks to sign in. */
export function SignInPage(props: SignInPageProps) {
  const { onSignInSuccess } = props;
  const { t } = useTranslationRef(appTranslationRef);
  const authApi = useApi(oidcAuthApiRef);
  const [phase, setPhase] = useState<Phase>('restoring');
  const [error, setError] = useState<string | undefined>(
    () => new URLSearchParams(window.location.search).get('error') ?? undefined,
  );
  const started = useRef(false);

  const signIn = useCallback(
    async (options: { interactive: boolean }) => {
      try {
        const response = await authApi.getBackstageIdentity(
          options.interactive ? { instantPopup: true } : { optional: true },
        );
        if (!response) {
          setPhase('signed-out');
          return;
        }
        const profile = await authApi.getProfile();
        onSignInSuccess(
          UserIdentity.create({
            identity: response.identity,
            authApi,
            profile,
          }),
        );
      } catch (caught) {
        setPhase('signed-out');
        const { name, message } = caught as Error;
        // Closing the window of the provider is a choice, not a failure.
        if (options.interactive && name !== 'PopupRejectedError') {
          setError(message);
        }
      }
    },
    [authApi, onSignInSuccess],
  );

  useEffect(() => {
    document.title = 'Shopfloor';
    if (!started.current) {
      started.current = true;
      signIn({ interactive: false });
    }
  }, [signIn]);

  if (phase === 'restoring') {
    // Most often there is a session, so a reload shows the mark, not a form that flashes by.
    return (
      <Box sx={{ minHeight: '100vh', display: 'grid', placeItems: 'center' }}>
        <Box
          role="status"
          sx={{ display: 'grid', justifyItems: 'center', gap: 2 }}
        >
          <Logo height={32} />
          <CircularProgress size={20} aria-label={t('signIn.restoring')} />
        </Box>
      </Box>
    );
  }

  return (
    <Box
      component="main"
      sx={{
        minHeight: '100vh',
        display: 'grid',
        placeItems: 'center',
        p: 2,
        backgroundColor: 'background.default',
      }}
    >
      <Paper
        variant="outlined"
        sx={{ p: { xs: 3, sm: 5 }, width: '100%', maxWidth: 440 }}
      >
        <Logo height={28} />
        <Typography
          component="h1"
          sx={{ mt: 3, fontSize: 20, fontWeight: 600 }}
        >
          {t('signIn.title')}
        </Typography>
        <Typography color="text.secondary" sx={{ mt: 1, mb: 3 }}>
          {t('signIn.description')}
        </Typography>
        {error && (
          <Alert severity="error" sx={{ mb: 2, overflowWrap: 'anywhere' }}>
            {t('signIn.failed')} {error}
          </Alert>
        )}
        <Button
          fullWidth
          size="large"
          variant="contained"
          disabled={phase === 'signing-in'}
          startIcon={
            phase === 'signing-in' && (
              <CircularProgress size={16} color="inherit" aria-hidden />
            )
          }
          onClick={() => {
            setError(undefined);
            setPhase('signing-in');
            signIn({ interactive: true });
          }}
        >
          {t('signIn.action')}
        </Button>
      </Paper>
    </Box>
  );
}
