import { SystemState, SystemStatus } from './types';

/**
 * How the whole is: failing when one system fails, else unknown when one is unknown, else ok. Systems that are not
 * connected on purpose do not count; with none left the answer is unknown, never ok.
 *
 * @public
 */
export function summarizeSystems(
  systems: Pick<SystemStatus, 'state'>[],
): SystemState {
  const states = systems
    .map(system => system.state)
    .filter(state => state !== 'not-connected');
  if (states.includes('failing')) return 'failing';
  if (states.length === 0 || states.includes('unknown')) return 'unknown';
  return 'ok';
}
