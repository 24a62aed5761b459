import { sweepScenarios } from '../support/incident-scenarios.ts';
import { stopAnywhere } from '../support/stop-anywhere.ts';

stopAnywhere(sweepScenarios);
