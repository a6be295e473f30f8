export { clusterSetupPart } from './clusterSetup.ts';
export { deployPart } from './deployPart.ts';
export { imagesPart } from './images.ts';
