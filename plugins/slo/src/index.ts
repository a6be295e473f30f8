/**
 * The pages of service level objectives.
 *
 * @packageDocumentation
 */
export { sloPlugin as default } from './plugin';
export {
  releaseGateApiRef,
  sloAnalysisApiRef,
  sloApiRef,
  sloExclusionsApiRef,
} from './api';
export { sloTranslationRef } from './translation/translation';
