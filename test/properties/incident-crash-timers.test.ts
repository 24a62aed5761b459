import { timerScenarios } from '../support/incident-scenarios.ts';
import { stopAnywhere } from '../support/stop-anywhere.ts';

stopAnywhere(timerScenarios);
