/**
 * Scorecards: types, permissions and pure functions.
 *
 * @packageDocumentation
 */
export * from './api/ScorecardsApi';
export * from './api/ScorecardsClient';
export * from './api/types';
export * from './campaign/burnUp';
export * from './definition/gradingFingerprint';
export * from './definition/parseScorecards';
export * from './definition/scorecardSchema';
export * from './definition/types';
export * from './definition/validateDefinition';
export * from './grading/bands';
export * from './grading/gradeEntity';
export * from './grading/types';
export * from './permissions';
export * from './rollup/rollUpTree';
export * from './rollup/tally';
export * from './trend/compareGrades';
export * from './trend/rollUpTrend';
export * from './trend/trend';
export * from './waiver/waivers';
export * from './whatif/whatIf';
