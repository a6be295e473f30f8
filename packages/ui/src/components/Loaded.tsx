import { ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import { ErrorPanel } from './ErrorPanel';
import { LoadingPanel } from './LoadingPanel';

/** Properties of {@link Loaded}. */
export interface LoadedProps<T> {
  /** The last answer; it stays when a later question fails. */
  value: T | undefined;
  error: Error | undefined;
  onRetry: () => void;
  /** Lines of what is not there yet. */
  rows: number;
  /** What is said above an answer that could not be renewed. */
  stale: (error: Error) => string;
  children: (value: T) => ReactNode;
}

/** What was asked for: while it comes, when it cannot be had, and when it is there but could not be renewed. */
export function Loaded<T>(props: LoadedProps<T>) {
  const { value, error, onRetry, rows, stale, children } = props;
  if (value === undefined) {
    return error ? (
      <ErrorPanel error={error} onRetry={onRetry} />
    ) : (
      <LoadingPanel rows={rows} />
    );
  }
  return (
    <>
      {error && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {stale(error)}
        </Alert>
      )}
      {children(value)}
    </>
  );
}
