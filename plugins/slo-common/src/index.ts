/**
 * Service level objectives: types, permissions and pure functions.
 *
 * @packageDocumentation
 */
export * from './api/analysis';
export * from './api/SloAnalysisApi';
export * from './api/SloAnalysisClient';
export * from './api/SloApi';
export * from './api/SloClient';
export * from './api/exclusions';
export * from './api/SloExclusionsClient';
export * from './api/sloHref';
export type { SloClientOptions } from './api/getFromSlo';
export * from './api/types';
export * from './episodes/episodes';
export * from './evaluation/leaves';
export * from './evaluation/moveWindow';
export * from './evaluation/spanExpressions';
export * from './evaluation/windows';
export * from './exclusion/exclusions';
export * from './gate/decideRelease';
export * from './gate/ReleaseGateClient';
export * from './gate/types';
export * from './lint/lintSlo';
export * from './lint/types';
export * from './math/attribution';
export * from './math/budget';
export * from './math/burnRows';
export * from './math/calendar';
export * from './math/composite';
export * from './math/countedPast';
export * from './math/evaluate';
export * from './math/exclusion';
export * from './math/forecast';
export * from './math/forecastCalendar';
export * from './math/history';
export * from './math/masking';
export * from './math/month';
export * from './math/periodReport';
export * from './math/rowGuard';
export * from './math/sloTally';
export * from './math/timeRange';
export * from './math/timeslices';
export * from './math/whatIf';
export * from './math/worstBurn';
export * from './openslo/alertTypes';
export * from './openslo/constants';
export * from './openslo/duration';
export * from './openslo/exportOpenSlo';
export * from './openslo/indicatorTypes';
export * from './openslo/maintenance';
export { parseEnvironmentList } from './openslo/parseAnnotations';
export * from './openslo/parseOpenSlo';
export * from './openslo/types';
export * from './permissions';
export * from './prometheus/expressions';
export * from './prometheus/selector';
export * from './routes/ownerRoutes';
export * from './rules/generateRules';
export {
  COMPOSITE_OBJECTIVE,
  SLO_ALERTS,
  SLO_RULES_SERIES,
  recorded,
  SLO_SERIES,
  stepKey,
} from './rules/names';
export { sloSelectors } from './rules/measureRules';
export * from './rules/operatorManifests';
export * from './rules/types';
