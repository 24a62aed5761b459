import { requestScenarios } from '../support/request-scenarios.ts';
import { stopAnywhere } from '../support/stop-anywhere.ts';

stopAnywhere(requestScenarios);
