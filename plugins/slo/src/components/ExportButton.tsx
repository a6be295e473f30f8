import { useState } from 'react';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import FileDownloadOutlined from '@mui/icons-material/FileDownloadOutlined';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { sloAnalysisApiRef } from '../api';
import { sloTranslationRef } from '../translation/translation';

/** Fetches OpenSLO YAML as the signed-in person and hands it to the browser as a file. */
export function ExportButton(props: {
  of: { id: string } | { entity: string };
  /** Name of the file, without its ending. */
  name: string;
  label: string;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const api = useApi(sloAnalysisApiRef);
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const start = async () => {
    setError(undefined);
    setBusy(true);
    try {
      const url = URL.createObjectURL(await api.export(props.of));
      const link = document.createElement('a');
      link.href = url;
      link.download = `${props.name}.slo.yaml`;
      link.click();
      URL.revokeObjectURL(url);
    } catch (caught) {
      setError(caught as Error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button
        size="small"
        disabled={busy}
        startIcon={<FileDownloadOutlined aria-hidden />}
        onClick={start}
      >
        {props.label}
      </Button>
      {error && (
        <Alert severity="error" sx={{ mt: 1 }}>
          {t('export.failed', { message: error.message })}
        </Alert>
      )}
    </>
  );
}
